import { app } from '@azure/functions';

// Yardstick (b): what the host and the Functions library cost. Reads the JSON body, gives a constant of the same size
// as the answer that it is compared with.

const consumptionAnswer = {
  success: true,
  errorMessage: '',
  outputParameters: { answer: 0.6418125 },
  outputFiles: {},
  consoleOutput: '',
  changedFiles: [],
};

const inferAnswer = {
  model_name: 'transmission',
  model_version: '1.0.0',
  outputs: [{ name: 'answer', datatype: 'FP32', shape: [1, 1], data: [0.6418125] }],
};

for (const [name, jsonBody] of Object.entries({ api: consumptionAnswer, v2: inferAnswer })) {
  app.http(`constant-${name}`, {
    methods: ['POST'],
    route: `bench/constant/${name}`,
    authLevel: 'anonymous',
    handler: async (request) => {
      await request.json();
      return { jsonBody };
    },
  });
}
