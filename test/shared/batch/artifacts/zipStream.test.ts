import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { zipStream, type ZipEntry } from '../../../../shared/batch/artifacts/zipStream.js';
import { fc } from '../../../support/property.js';
import { readZip } from '../../../support/readZip.js';

const writtenMs = Date.UTC(2026, 0, 2, 3, 4, 6);

async function* listed(entries: readonly ZipEntry[]): AsyncGenerator<ZipEntry> {
  for (const entry of entries) yield await Promise.resolve(entry);
}

async function zipOf(entries: AsyncIterable<ZipEntry>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of zipStream(entries, writtenMs)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const bytesOf = (length: number) => randomFillSync(new Uint8Array(length));

test('any files come back as they were, in their order', async () => {
  const anyFiles = fc.uniqueArray(
    fc.record({
      name: fc.stringMatching(/^[a-z0-9]{1,9}\/[a-z0-9]{1,9}\.(csv|png)$/),
      bytes: fc.uint8Array({ maxLength: 300 }),
    }),
    { selector: ({ name }) => name, maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(anyFiles, async (files) => {
      const found = readZip(await zipOf(listed(files)));
      assert.deepEqual(
        found.map(({ name, bytes }) => ({ name, bytes: new Uint8Array(bytes) })),
        files.map(({ name, bytes }) => ({ name, bytes: new Uint8Array(bytes) })),
      );
    }),
    { numRuns: 30 },
  );
});

test('texts are deflated, images are not again, and the same files make the same archive', async () => {
  const files = [
    { name: '0/a.csv', bytes: new Uint8Array(100_000) },
    { name: '0/b.png', bytes: bytesOf(200_000) },
  ];
  const zip = await zipOf(listed(files));
  assert.deepEqual(
    readZip(zip).map(({ method }) => method),
    [8, 0],
  );
  assert.ok(zip.length < 201_000);
  assert.deepEqual(await zipOf(listed(files)), zip);
});

/** Endless files that no archive makes smaller; counts those that were asked for. */
function endless() {
  const seen = { asked: 0, ended: false };
  async function* entries(): AsyncGenerator<ZipEntry> {
    try {
      for (;;) yield await Promise.resolve({ name: `${seen.asked++}/x.png`, bytes: bytesOf(256 * 1024) });
    } finally {
      seen.ended = true;
    }
  }
  return { seen, entries };
}

test('files are asked for as the archive is read', async () => {
  const { seen, entries } = endless();
  let read = 0;
  for await (const chunk of zipStream(entries(), writtenMs)) {
    read += chunk.length;
    assert.ok(seen.asked * 256 * 1024 < read + 2 ** 20, `${seen.asked} files for ${read} bytes`);
    if (read > 4 * 2 ** 20) break;
  }
  assert.ok(seen.asked >= 15);
});

test('files that are on their way are let go, before the archive ends', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heldBytes = () => {
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  const { entries } = endless();
  const before = heldBytes();
  let read = 0;
  let held = Infinity;
  for await (const chunk of zipStream(entries(), writtenMs)) {
    read += chunk.length;
    if (read < 64 * 2 ** 20) continue;
    held = heldBytes() - before;
    break;
  }
  assert.ok(held < 32 * 2 ** 20, `${held} bytes are held`);
});

test('a reader that stops ends the files', async () => {
  const { seen, entries } = endless();
  const zip = zipStream(entries(), writtenMs);
  await zip.next();
  await zip.return(undefined);
  assert.equal(seen.ended, true);
});

test('a file that cannot be made ends the archive with its error', async () => {
  const fault = new Error('storage is gone');
  async function* entries(): AsyncGenerator<ZipEntry> {
    yield { name: '0/a.csv', bytes: bytesOf(1000) };
    await Promise.reject(fault);
  }
  await assert.rejects(zipOf(entries()), fault);
});
