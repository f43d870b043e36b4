/* global require */
// Activities of the durable cases (../../durable/cases), and a way for a test to hold one and let it go.
const { app } = require('@azure/functions');
const df = require('durable-functions');
const { describe, values } = require('../values');

const activity = (name, handler) => df.app.activity(name, { handler });

activity('addOne', (n) => n + 1);
activity('double', ({ n }) => ({ n, doubled: n * 2 }));
activity('describeInput', (input) => describe(input));
activity('resultKind', (kind) => values[kind]);
activity('boom', (tag) => {
  throw new Error(`boom ${tag}`);
});

class OwnError extends Error {
  name = 'OwnError';
}

const thrown = {
  error: () => new Error('plain message'),
  typeError: () => new TypeError('wrong type'),
  ownError: () => new OwnError('own message'),
  multiline: () => new Error('line one\nline two\nException: not the exception'),
  empty: () => new Error(''),
  unicode: () => new Error('gr\u00fc\u00dfe \u2603'),
  secret: () => new Error('see https://x.example/c?sig=abcdef&se=1 AccountKey=topsecret;'),
  string: () => 'only text',
  object: () => ({ a: 1 }),
  undefined: () => undefined,
};
activity('throwKind', (kind) => {
  throw thrown[kind]();
});

/** Promises of held activities by the id of their instance. */
const held = new Map();

function hold(instanceId) {
  if (!held.has(instanceId)) held.set(instanceId, Promise.withResolvers());
  return held.get(instanceId);
}

// Ends when the test says so.
activity('held', async (instanceId) => {
  await hold(instanceId).promise;
  return 'let go';
});
app.http('release', {
  methods: ['POST'],
  route: 'release/{instanceId}',
  handler: (request) => {
    hold(request.params.instanceId).resolve();
    return { status: 204 };
  },
});
