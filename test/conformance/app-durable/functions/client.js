/* global require */
// Functions with a durable client: POST client/<operation> calls it and answers with what it gave or threw.
const { app } = require('@azure/functions');
const df = require('durable-functions');
const { describe } = require('../values');

const clientInput = df.input.durableClient();

const operations = {
  startNew: (client, { name, options }) => client.startNew(name, options),
  getStatus: (client, { id, options }) => client.getStatus(id, options),
  raiseEvent: (client, { id, event, data }) => client.raiseEvent(id, event, data),
  terminate: (client, { id, reason }) => client.terminate(id, reason),
  suspend: (client, { id, reason }) => client.suspend(id, reason),
  resume: (client, { id, reason }) => client.resume(id, reason),
  purge: (client, { id }) => client.purgeInstanceHistory(id),
};

app.http('clientCall', {
  methods: ['POST'],
  route: 'client/{operation}',
  extraInputs: [clientInput],
  handler: async (request, context) => {
    const client = df.getClient(context);
    try {
      return {
        jsonBody: {
          gave: describe(await operations[request.params.operation](client, await request.json())),
        },
      };
    } catch (error) {
      return { jsonBody: { threw: error.message } };
    }
  },
});
app.http('clientPayload', {
  methods: ['GET'],
  route: 'client-payload',
  extraInputs: [clientInput],
  handler: (_request, context) => ({ jsonBody: context.extraInputs.get(clientInput) }),
});
df.app.client.http('checkStatus', {
  methods: ['GET'],
  route: 'check/{id}',
  handler: (request, client) => client.createCheckStatusResponse(request, request.params.id),
});
