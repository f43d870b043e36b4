import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArtifactSpec, Signature } from '../../../../shared/models/signature.js';
import { filesRequest, parseFilesRequest } from '../../../../shared/protocols/consumption/filesRequest.js';
import { expectFault } from '../../../support/expectFault.js';
import { fc } from '../../../support/property.js';
import { tensorsOf, tensorSpec } from '../../../support/signatures.js';

const artifacts: ArtifactSpec[] = [
  { fileName: 'answer.csv', writer: 'csv' },
  { fileName: 'y.npy', writer: 'npy', output: 'y' },
];
const plain: Signature = tensorsOf([tensorSpec('x', 'FP32', -1)]);
const signature: Signature = { ...plain, artifacts };

test('any request comes back as it was, with all files of the model', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (request) => {
      const found = parseFilesRequest(filesRequest(undefined, request), signature);
      assert.deepEqual(new Uint8Array(found.request), new Uint8Array(request));
      assert.deepEqual(found.artifacts, artifacts);
    }),
  );
});

test('named files come in the order of the model, each once', () => {
  const of = (...names: string[]) =>
    parseFilesRequest(filesRequest(names, new Uint8Array()), signature).artifacts.map(
      ({ fileName }) => fileName,
    );
  assert.deepEqual(of('y.npy', 'answer.csv', 'y.npy'), ['answer.csv', 'y.npy']);
  assert.deepEqual(of('y.npy'), ['y.npy']);
  assert.deepEqual(of(), []);
});

test('a name that the model does not have is refused, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const body = filesRequest(['y.npy', name], new Uint8Array());
      expectFault(() => parseFilesRequest(body, signature), {
        code: 'SCORE_ERR_ARTIFACT_UNKNOWN',
        message: 'the model has answer.csv, y.npy',
      });
      expectFault(() => parseFilesRequest(body, plain), {
        code: 'SCORE_ERR_ARTIFACT_UNKNOWN',
        message: 'the model has none',
      });
    }),
  );
});
