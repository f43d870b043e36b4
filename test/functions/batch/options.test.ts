import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf } from '../../support/http.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from './batchApp.js';

const file = fileCleanUp();
let app: BatchApp;

const penguins = [
  'species,island,sex,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,year\n',
  'Adelie,Torgersen,male,39.1,18.7,181,3750,2007\n',
  'Gentoo,Biscoe,female,46.1,13.2,211,4500,2008\n',
  'Chinstrap,Dream,female,46.5,17.9,192,3500,x\n',
].join('');

before(async () => {
  app = await startBatchApp(file);
});

const done = async (query: string, body: string, type = 'text/csv') => {
  const id = await app.client.submit(query, type, body);
  return app.client.completed(id);
};

test('several services give a result each from the same input', async () => {
  const { id } = await done('services=penguins/1.0.0,penguins/2.0.0&join=species', penguins);
  const first = await app.client.text(id, 'results', '?result=penguins-1.0.0');
  const second = await app.client.text(id, 'results', '?result=penguins-2.0.0');
  assert.equal(first.trimEnd().split('\n').length, 4);
  assert.equal(second.trimEnd().split('\n').length, 3);
  // a joined column gives way to an output of the same name
  assert.match(first, /^input\.species,species,probability\.Adelie,/);
  assert.equal(await app.client.text(id, 'errors', '?result=penguins-1.0.0'), '');
  const [error, ...more] = (await app.client.text(id, 'errors', '?result=penguins-2.0.0'))
    .trimEnd()
    .split('\n');
  assert.equal(more.length, 0);
  assert.match(error ?? '', /"row":2,.*"column":"year"/);
  const page = await app.client.rows(id, 'from=2&result=penguins-2.0.0');
  assert.equal(page[0]?.error?.code, 'ROW_VALUE');
  const row = jsonOf(await app.client.get(`/jobs/${id}/results/2?result=penguins-1.0.0`));
  assert.ok('outputs' in row);
  for (const path of [
    'results',
    'results?from=0',
    'results/0',
    'errors',
    'errors?from=0',
    'results?result=penguins',
  ]) {
    const problem = jsonOf(await app.client.get(`/jobs/${id}/${path}`), 422);
    assert.match(String(problem.detail), /penguins-1\.0\.0, penguins-2\.0\.0/, path);
  }
});

test('rows that name their model are scored by it, in one result', async () => {
  const rows = [
    'model,a,b,hp,wt\n',
    'add,1,2,,\n',
    'cars,,,110,2.62\n',
    'wine,1,2,3,4\n',
    'add/1.0.0,3,4,,\n',
  ].join('');
  const { id, counts } = await done('services=add,cars&modelColumn=model&join=model', rows);
  assert.equal(counts.rows, 4);
  const shown = await app.client.rows(id);
  assert.equal(shown[0]?.outputs?.sum, 3);
  assert.equal(shown[2]?.error?.code, 'ROW_MODEL');
  const answer = jsonOf(await app.client.post('/api/cars/1.0.0', { body: { hp: 110, wt: 2.62 } }));
  assert.equal(shown[1]?.outputs?.answer, (answer.outputParameters as { answer: number }).answer);
  assert.equal(counts.succeeded + counts.failed, 4);
});

test('joined columns come first, as they stood in the input', async () => {
  const body = 'id,hp,wt,note\n007,110,2.62,"a, ""b"""\n=1+1,93,2.32,\n';
  const some = await done('service=cars&join=note,id', body);
  const text = await app.client.text(some.id, 'results');
  assert.deepEqual(
    text
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(0, line.lastIndexOf(','))),
    ['note,id', '"a, ""b""",007', ',=1+1'],
  );
  const all = await done('service=cars&join=*', body);
  assert.match(await app.client.text(all.id, 'results'), /^id,hp,wt,note,answer\n007,110,2\.62,"a, ""b""",/);
  const safe = await done('service=cars&join=id&spreadsheetSafe=true', body);
  assert.match(await app.client.text(safe.id, 'results'), /\n'=1\+1,/);
});

test('a Parquet result opens in another reader', async () => {
  const body = 'hp,wt,name\n110,2.62,Mazda\n93,2.32,Datsun\nx,1,bad\n';
  const { id } = await done('service=cars&join=name&outputFormat=parquet', body);
  const bytes = await app.client.file(id, 'results');
  const { parquetReadObjects } = await import('hyparquet');
  const rows = await parquetReadObjects({ file: bytes.buffer as ArrayBuffer });
  assert.deepEqual(
    rows.map(({ name }) => name as unknown),
    ['Mazda', 'Datsun'],
  );
  const pages = await app.client.rows(id);
  for (const [at, row] of rows.entries())
    assert.ok(Math.abs((row.answer as number) - Number(pages[at]?.outputs?.answer)) < 1e-6);
  assert.equal(pages[2]?.error?.code, 'ROW_VALUE');
});

test('JSON Lines results are asked for or follow from JSON input', async () => {
  const asked = await done('service=cars&outputFormat=jsonLines&join=name', 'hp,wt,name\n110,2.62,"a\nb"\n');
  const line = JSON.parse(await app.client.text(asked.id, 'results')) as Record<string, unknown>;
  assert.deepEqual(Object.keys(line), ['name', 'answer']);
  assert.equal(line.name, 'a\nb');
  const followed = await done(
    'service=cars&join=hp,tag',
    '{"hp":110,"wt":2.62,"tag":[1]}\n{"hp":93,"wt":2}',
    'application/jsonl',
  );
  const [first, second] = (await app.client.text(followed.id, 'results')).trimEnd().split('\n');
  assert.deepEqual({ ...(JSON.parse(first ?? '') as object), answer: 0 }, { hp: 110, tag: [1], answer: 0 });
  assert.deepEqual({ ...(JSON.parse(second ?? '') as object), answer: 0 }, { hp: 93, tag: null, answer: 0 });
});

test('other dialects of CSV are read as they are described', async () => {
  const body = "# cars\nhp;wt;name\n110;2,62;'a;b'\n# more\n93;2.32;'it\\'s'\n";
  const query = new URLSearchParams({
    service: 'cars',
    delimiter: ';',
    quote: "'",
    escape: '\\',
    comment: '#',
    join: 'name',
  });
  const { id, counts } = await done(query.toString(), body);
  assert.deepEqual(counts, { rows: 2, succeeded: 1, failed: 1 });
  const rows = await app.client.rows(id);
  assert.equal(rows[0]?.error?.column, 'wt');
  assert.equal(rows[1]?.outputs?.name, "it's");
});

test('a file without header takes the names that are given', async () => {
  const { id } = await done('service=cars&columns=wt,x,hp&header=false', '2.62,a,110\n');
  const answer = jsonOf(await app.client.post('/api/cars/1.0.0', { body: { hp: 110, wt: 2.62 } }));
  const [row] = await app.client.rows(id);
  assert.equal(row?.outputs?.answer, (answer.outputParameters as { answer: number }).answer);
});

test('more error rows than the job accepts end it, and the rows stay', async () => {
  const body = 'hp,wt\n1,2\nx,2\n3,4\ny,4\n';
  for (const limit of ['maxErrorRows=1', 'maxErrorPercent=49.9']) {
    const id = await app.client.submit(`service=cars&${limit}`, 'text/csv', body);
    const { state, fault, counts } = await app.client.ended(id);
    assert.deepEqual([state, fault?.code], ['Failed', 'JOB_ERROR_ROWS'], limit);
    assert.deepEqual(counts, { rows: 4, succeeded: 2, failed: 2 });
    assert.equal((await app.client.errors(id)).length, 2);
  }
  await done('service=cars&maxErrorRows=2&maxErrorPercent=50', body);
});

test('a row that the model fails on is one error row, whose values stay out of the log', async () => {
  const { id, counts } = await done('service=pick', 'x\n0\n1\n987654\n2\n');
  assert.deepEqual(counts, { rows: 4, succeeded: 3, failed: 1 });
  const [error] = await app.client.errors(id);
  assert.deepEqual([error?.row, error?.code], [2, 'ROW_RUN_FAILED']);
  const log = await app.client.get(`/jobs/${id}/log`);
  assert.match(log.text, /ROW_RUN_FAILED/);
  assert.doesNotMatch(log.text + app.log.lines.join(), /987654/);
});
