import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { systemClock } from '../../../shared/clock.js';
import { ScoringError } from '../../../shared/errors/scoringError.js';
import { receiveMultipart } from '../../../shared/publish/receiveMultipart.js';
import { besides, modelPart, multipart, type FormFile } from '../../functions/publish/publishCalls.js';
import { fc } from '../../support/property.js';
import { temporaryDir } from '../../support/temporaryDir.js';

/** Reads a body into a folder of its own, and gives what is there then. */
async function receive(
  root: string,
  body: Uint8Array,
  contentType = multipart([]).headers['content-type'] ?? '',
) {
  const dir = mkdtempSync(path.join(root, 'form-'));
  try {
    const form = await receiveMultipart(body, contentType, dir, systemClock);
    const contents = new Map(readdirSync(dir).map((name) => [name, readFileSync(path.join(dir, name))]));
    return { form, contents };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Bytes that look like the end of a part, in the middle of one. */
const tricky = Buffer.from(
  '\r\n--warmstart-test-boundar\r\n\r\n--\r\n--warmstart-test-boundaryx'.slice(0, 40),
);

/** What a body is made of. */
const pieces = [
  ...['\r\n', '--', '\r\n\r\n', '"', ';', ':', '\0', 'name=', 'filename=', "filename*=UTF-8''a%2fb"],
  ...['--warmstart-test-boundary', '--warmstart-test-boundary--', 'Content-Disposition: form-data'],
];

test('every file arrives as it was sent, whatever is in it and however long it is', async (t) => {
  const root = temporaryDir(t);
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 2000 }),
    fc.integer({ min: 0, max: 3 * 2 ** 18 }).map((length) => {
      const bytes = Buffer.alloc(length, tricky);
      for (let at = 0; at < length; at += 4093) bytes[at] = at % 256;
      return bytes;
    }),
  );
  const property = fc.asyncProperty(content, fc.array(content, { maxLength: 3 }), async (model, others) => {
    const files: FormFile[] = [modelPart(model), ...others.map((bytes, at) => besides(`${at}.bin`, bytes))];
    const { body, headers } = multipart(files, { description: 'Fünf, "six"' });
    const { form, contents } = await receive(root, body, headers['content-type']);
    assert.equal(form.description, 'Fünf, "six"');
    assert.equal(form.files.length, files.length);
    for (const [at, bytes] of [model, ...others].entries()) {
      const name = at === 0 ? 'model.onnx' : `${at - 1}.bin`;
      const expected = { name, sha256: sha256(bytes), sizeBytes: bytes.length };
      assert.deepEqual(
        form.files.find((one) => one.name === name),
        expected,
      );
      assert.ok(contents.get(name)?.equals(bytes));
    }
  });
  await fc.assert(property, { numRuns: 60 });
});

test('a body that is cut, doubled or has bytes changed ends in a form or a refusal, always', async (t) => {
  const root = temporaryDir(t);
  const files = [
    modelPart(Buffer.alloc(300_000, 7)),
    besides('w.bin', 'weights'),
    besides('model.json', '{}'),
  ];
  const { body } = multipart(files, { description: 'x', operationId: 'score' });
  const heads = body.subarray(0, 200);
  const small = multipart([modelPart('graph'), besides('w.bin', 'weights')], { description: 'x' }).body;
  const change = fc.oneof(
    fc.integer({ min: 0, max: body.length - 1 }).map((length) => body.subarray(0, length)),
    fc.tuple(fc.nat(heads.length - 1), fc.integer({ min: 0, max: 255 })).map(([at, byte]) => {
      const changed = Buffer.from(body);
      changed[at] = byte;
      return changed;
    }),
    fc.tuple(fc.nat(250), fc.integer({ min: 0, max: 255 })).map(([fromEnd, byte]) => {
      const changed = Buffer.from(body);
      changed[body.length - 1 - fromEnd] = byte;
      return changed;
    }),
    fc.uint8Array({ maxLength: 300 }).map((noise) => Buffer.concat([noise, body])),
    fc.uint8Array({ maxLength: 300 }).map((noise) => Buffer.concat([body, noise])),
    fc.constant(Buffer.concat([body, body])),
    fc.array(fc.tuple(fc.nat(body.length), fc.constantFrom(...pieces)), { maxLength: 4 }).map((inserted) =>
      inserted.reduce((changed, [at, piece]) => {
        return Buffer.concat([changed.subarray(0, at), Buffer.from(piece), changed.subarray(at)]);
      }, small),
    ),
    fc.uint8Array({ maxLength: 600 }),
  );
  const property = fc.asyncProperty(change, async (changed) => {
    try {
      const { form, contents } = await receive(root, changed);
      for (const { name, sha256: hash } of form.files)
        assert.equal(sha256(contents.get(name) ?? tricky), hash);
    } catch (error) {
      assert.ok(error instanceof ScoringError, String(error));
      assert.match(error.code, /^SCORE_ERR_(?:PUBLISH_FORM|SERVICE_SCRIPT)$/);
    }
  });
  await fc.assert(property, { numRuns: 400 });
});

test('a body without its end is never a form', async (t) => {
  const root = temporaryDir(t);
  const { body } = multipart([modelPart(Buffer.alloc(2000, 1)), besides('w.bin', 'weights')], {
    description: 'x',
  });
  for (let length = 0; length < body.length - 4; length++) {
    await assert.rejects(
      receive(root, body.subarray(0, length)),
      { code: 'SCORE_ERR_PUBLISH_FORM' },
      `${length}`,
    );
  }
});

test('a body whose end comes first has no parts', async (t) => {
  const { body } = multipart([modelPart('x')], { description: 'x' });
  const ended = Buffer.concat([Buffer.from('--warmstart-test-boundary--'), body]);
  const { form } = await receive(temporaryDir(t), ended);
  assert.deepEqual(form, { files: [] });
});

test('while a body is read the event loop has its turns', async (t: TestContext) => {
  const root = temporaryDir(t);
  const { body } = multipart([modelPart(Buffer.alloc(16 * 2 ** 20, 5))]);
  let turns = 0;
  const run = { isOver: false };
  const counting = (async () => {
    while (!run.isOver) {
      turns++;
      await new Promise(setImmediate);
    }
  })();
  await receive(root, body);
  run.isOver = true;
  await counting;
  assert.ok(turns > 32, `${turns} turns for 64 slices`);
});

test('a disk that cannot be written is no fault of the form', async (t) => {
  const gone = path.join(temporaryDir(t), 'gone');
  const { body, headers } = multipart([modelPart('x')]);
  const receiving = receiveMultipart(body, headers['content-type'] ?? '', gone, systemClock);
  await assert.rejects(receiving, { code: 'SCORE_ERR_INTERNAL' });
});
