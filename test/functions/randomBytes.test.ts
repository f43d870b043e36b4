import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf, send, type Answer } from '../support/http.js';
import { modelsDirWith } from '../support/modelsDir.js';
import { fc } from '../support/property.js';
import { startApp } from '../support/startApp.js';
import { fileCleanUp } from '../support/temporaryDir.js';

const file = fileCleanUp();
let url = '';

before(async () => {
  const modelsDir = modelsDirWith(file, {
    'types/1': { fixture: 'types-identity' },
    'add/1': { fixture: 'add' },
  });
  ({ url } = await startApp(file, modelsDir));
});

const targets = fc.constantFrom(
  '/v2/models/types/infer',
  '/v2/models/add/infer',
  '/api/types/1',
  '/api/add/1',
);

/** A request that a fault of the server cannot answer: 200, or a problem with a code. */
function assertNoServerFault({ status, headers, text }: Answer): void {
  assert.ok(status === 200 || (status >= 400 && status < 500), `${status} ${text}`);
  if (status !== 200) {
    assert.match(headers.get('x-ms-error-code') ?? '', /^SCORE_ERR_/);
    jsonOf({ status, headers, text }, status);
  }
}

test('random bytes are never answered with 500', async () => {
  await fc.assert(
    fc.asyncProperty(targets, fc.uint8Array({ maxLength: 500 }), async (path, bytes) => {
      assertNoServerFault(await send(`${url}${path}`, { body: Uint8Array.from(bytes) }));
    }),
    { numRuns: 200 },
  );
});

test('random JSON is never answered with 500', async () => {
  await fc.assert(
    fc.asyncProperty(targets, fc.json(), async (path, body) => {
      assertNoServerFault(await send(`${url}${path}`, { body }));
    }),
    { numRuns: 200 },
  );
});

test('requests that are nearly right are never answered with 500', async () => {
  const value = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant(null),
  );
  const data = fc.oneof(
    fc.array(value, { maxLength: 3 }),
    fc.array(fc.array(value, { maxLength: 2 }), { maxLength: 2 }),
    value,
  );
  const tensor = fc.record(
    {
      name: fc.constantFrom('a', 'b', 'fp16', 'int64', 'string', 'bool', '__proto__'),
      datatype: fc.constantFrom('FP32', 'INT64', 'FP16', 'BYTES', 'BOOL', 'x'),
      shape: fc.array(fc.oneof(fc.integer({ min: -1, max: 3 }), fc.maxSafeInteger()), { maxLength: 3 }),
      data,
      parameters: fc.object({ maxDepth: 1 }),
    },
    { requiredKeys: ['name'] },
  );
  const infer = fc.record(
    { id: value, inputs: fc.array(tensor, { maxLength: 3 }), outputs: fc.array(tensor, { maxLength: 2 }) },
    { requiredKeys: ['inputs'] },
  );
  const columns = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'inputData'), fc.oneof(value, data));
  const consume = fc.oneof(columns, fc.record({ inputData: columns }));
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        infer.map((body) => ['/v2/models/add/infer', body] as const),
        consume.map((body) => ['/api/add/1', body] as const),
      ),
      async ([path, body]) => {
        assertNoServerFault(await send(`${url}${path}`, { body: JSON.stringify(body) }));
      },
    ),
    { numRuns: 300 },
  );
});
