import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { jsonOf } from '../../support/http.js';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from './batchApp.js';

const file = fileCleanUp();
let app: BatchApp;
/** Ids of the jobs, newest first. */
const jobs: string[] = [];

interface Listed {
  readonly jobs: readonly { id: string; state: string; services: string[]; rows?: number; created: string }[];
  readonly next?: string;
}

const list = async (query: string) => jsonOf(await app.client.get(`/jobs?${query}`)) as unknown as Listed;
const ids = async (query: string) => (await list(query)).jobs.map(({ id }) => id);
const nth = (...places: readonly number[]) => places.map((place) => jobs[place]);

before(async () => {
  app = await startBatchApp(file);
  const good =
    'hp,wt,island,sex,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,year\n1,2,Dream,male,40,18,190,4000,2008\n';
  const asked = [
    ['service=cars', good],
    ['service=penguins&version=2.0.0', good],
    ['service=penguins&version=1.0.0', good],
    ['services=penguins/1.0.0,penguins/2.0.0', good],
    ['service=cars', 'a,b\n1,2\n'],
    ['service=penguins', good],
  ] as const;
  // one after the other: lists are in the order of time
  for (const [query, body] of asked) {
    const id = await app.client.submit(query, 'text/csv', body);
    await app.client.ended(id);
    jobs.unshift(id);
  }
});

test('all jobs are listed, newest first, as they are', async () => {
  const { jobs: listed, next } = await list('');
  assert.equal(next, undefined);
  assert.deepEqual(
    listed.map(({ id }) => id),
    jobs,
  );
  assert.deepEqual(
    listed.map(({ state }) => state),
    ['Complete', 'Failed', 'Complete', 'Complete', 'Complete', 'Complete'],
  );
  assert.deepEqual(listed[2]?.services, ['penguins/1.0.0', 'penguins/2.0.0']);
  assert.deepEqual(
    listed.map(({ created }) => created),
    listed
      .map(({ created }) => created)
      .sort()
      .reverse(),
  );
  assert.equal(listed[0]?.rows, 1);
});

test('filters hold alone and together, and show no job twice', async () => {
  assert.deepEqual(await ids('service=penguins'), nth(0, 2, 3, 4));
  assert.deepEqual(await ids('service=penguins&version=1.0.0'), nth(2, 3));
  assert.deepEqual(await ids('service=penguins&version=2.0.0'), nth(0, 2, 4));
  assert.deepEqual(await ids('service=cars&state=Failed'), nth(1));
  assert.deepEqual(await ids('state=Complete'), nth(0, 2, 3, 4, 5));
  assert.deepEqual(await ids('state=Canceled'), []);
  assert.deepEqual(await ids('service=nope'), []);
});

test('pages put together are the list', async () => {
  for (const count of [1, 2, 4]) {
    const found: string[] = [];
    for (let page: string | undefined = ''; page !== undefined;) {
      const more = page === '' ? '' : `&page=${encodeURIComponent(page)}`;
      const answer: Listed = await list(`count=${count}${more}`);
      assert.ok(answer.jobs.length <= count);
      found.push(...answer.jobs.map(({ id }) => id));
      page = answer.next;
    }
    assert.deepEqual(found, jobs, `by ${count}`);
  }
});

test('a page of another list is refused', async () => {
  const { next = '' } = await list('count=1');
  for (const query of [`service=cars&page=${next}`, `page=x${next}`, 'page=abcdefghijkl']) {
    const problem = jsonOf(await app.client.get(`/jobs?${query}`), 422);
    assert.match(String(problem.detail), /^page: /, query);
  }
});

test('links of a list lead to the jobs', async () => {
  const { jobs: listed } = jsonOf(await app.client.get('/jobs')) as {
    jobs: { id: string; links: { self: string } }[];
  };
  for (const { id, links } of listed)
    assert.equal((await app.client.job(links.self.replace('/jobs/', ''))).id, id);
});
