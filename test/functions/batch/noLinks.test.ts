import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, test } from 'node:test';
import { utf8 } from '../../support/bytes.js';
import { jsonOf } from '../../support/http.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from './batchApp.js';

const file = fileCleanUp();
let app: BatchApp;

before(async () => {
  app = await startBatchApp(file, { environment: { WARMSTART_RESULT_LINKS: 'off' } });
});

/** All of a file of the result, by ranges of what one answer gives at most. */
async function byRanges(path: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let etag: string | null = null;
  for (let from = 0, total = Infinity; from < total;) {
    const answer = await fetch(`${app.url}${path}`, { headers: { range: `bytes=${from}-` } });
    assert.equal(answer.status, 206);
    etag ??= answer.headers.get('etag');
    assert.equal(answer.headers.get('etag'), etag);
    const part = new Uint8Array(await answer.arrayBuffer());
    const [, first, last, all] =
      /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.headers.get('content-range') ?? '') ?? [];
    assert.deepEqual([Number(first), Number(last)], [from, from + part.length - 1]);
    assert.ok(part.length > 0 && part.length <= 16 * 2 ** 20);
    total = Number(all);
    from += part.length;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

test('without links a small file comes through the app, whole and by ranges', async () => {
  const id = await app.client.submit('service=cars&join=hp', 'text/csv', 'hp,wt\n110,2.62\nx,1\n93,2.32\n');
  await app.client.completed(id);
  const answer = await app.client.get(`/jobs/${id}/results`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/csv/);
  assert.equal(answer.headers.get('accept-ranges'), 'bytes');
  assert.match(answer.text, /^hp,answer\n110,[\d.]+\n93,[\d.]+\n$/);
  const part = async (range: string) => {
    const found = await app.client.get(`/jobs/${id}/results`, { range });
    return [found.status, found.text];
  };
  const { text } = answer;
  assert.deepEqual(await part('bytes=0-1'), [206, text.slice(0, 2)]);
  assert.deepEqual(await part('bytes=3-8'), [206, text.slice(3, 9)]);
  assert.deepEqual(await part('bytes=-5'), [206, text.slice(-5)]);
  assert.deepEqual(await part('bytes=3-999'), [206, text.slice(3)]);
  for (const odd of ['bytes=9-3', 'bytes=0-1,3-4', 'lines=0-1', 'bytes=-', 'bytes=999-'])
    assert.deepEqual(await part(odd), [200, text], odd);
  assert.match((await app.client.get(`/jobs/${id}/errors`)).text, /^\{"row":1,.*\}\n$/);
});

test('without links a large file comes in ranges alone', async () => {
  const row = (i: number) => `${i},2,${'abcdefgh'.repeat(2 ** 17)}\n`;
  const body = utf8(`hp,wt,name\n${Array.from({ length: 20 }, (_, i) => row(i)).join('')}`);
  const id = await app.client.submit('service=cars&join=name', 'text/csv', body);
  await app.client.completed(id);
  const problem = jsonOf(await app.client.get(`/jobs/${id}/results`), 413);
  assert.match(String(problem.detail), /ask with a Range header for at most 16777216/);
  const bytes = await byRanges(`/jobs/${id}/results`);
  const { files } = jsonOf(await app.client.get(`/jobs/${id}/manifest`)) as {
    files: { sizeBytes: number; sha256: string }[];
  };
  assert.equal(bytes.length, files[0]?.sizeBytes);
  assert.equal(createHash('sha256').update(bytes).digest('hex'), files[0]?.sha256);
});
