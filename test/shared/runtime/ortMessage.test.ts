import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ortMessage } from '../../../shared/runtime/ortMessage.js';

test('places of the build and of this machine are taken out', () => {
  const raw = [
    'Load model from /home/site/wwwroot/models/m/1/model.onnx failed:/onnxruntime_src/onnxruntime/core/graph/model.cc:181',
    'onnxruntime::Model::Model(onnx::ModelProto&&, const PathString&) Unsupported model IR version: 99',
    String.raw`at C:\agent\_work\core\session.h:12 and \\server\share\x`,
  ].join('\n');
  const text = ortMessage(new Error(raw));
  assert.match(text, /Unsupported model IR version: 99/);
  for (const part of ['home', 'onnxruntime_src', 'model.cc', 'agent', 'session.h', 'server', '\n']) {
    assert.ok(!text.includes(part), `${part} is in: ${text}`);
  }
});

test('what the model did wrong stays', () => {
  const raw =
    'Got invalid dimensions for input: x for the following indices index: 1 Got: 4 Expected: 3 (a/b 1.5)';
  assert.match(ortMessage(new Error(raw)), /input: x .* index: 1 Got: 4 Expected: 3/);
});

test('long messages are cut, and what is no error is taken as text', () => {
  assert.ok(ortMessage(new Error('x'.repeat(10_000))).length < 450);
  assert.equal(ortMessage('broken'), 'broken');
});

test('a long adversarial message takes no long time', () => {
  // linear: the patterns see at most the first 4,000 characters
  assert.ok(ortMessage(new Error('a.'.repeat(500_000))).length < 450);
  assert.ok(ortMessage(new Error('::onnxruntime'.repeat(100_000))).length < 450);
});
