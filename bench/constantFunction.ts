import { app } from '@azure/functions';

// Yardstick (b): what the host and the Functions library cost. Reads the JSON body, gives a constant of the same size
// as the answer that it is compared with.

app.http('constant', {
  methods: ['POST'],
  route: 'bench/constant',
  authLevel: 'anonymous',
  handler: async (request) => {
    await request.json();
    return {
      jsonBody: {
        success: true,
        errorMessage: '',
        outputParameters: { answer: 0.6418125 },
        outputFiles: {},
        consoleOutput: '',
        changedFiles: [],
      },
    };
  },
});
