import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { dueSchedules } from '../../../../shared/batch/schedules/dueSchedules.js';
import { parseScheduleRequest } from '../../../../shared/batch/schedules/parseScheduleRequest.js';
import type { Schedule } from '../../../../shared/batch/schedules/schedule.js';
import { placeOf, sharedPlaceOf } from '../../../../shared/batch/schedules/schedulePlaces.js';
import { ScheduleStore } from '../../../../shared/batch/schedules/scheduleStore.js';
import { systemClock } from '../../../../shared/clock.js';
import type { Log } from '../../../../shared/log.js';
import { openBlobStore } from '../../../../shared/storage/azureBlobStore.js';
import type { BlobAddress, BlobStore } from '../../../../shared/storage/blobStore.js';
import { startAzurite } from '../../../support/azurite.js';
import { expectRejection } from '../../../support/expectFault.js';
import { fileCleanUp } from '../../../support/temporaryDir.js';
import { rules } from '../submit/requests.js';

const cleanUp = fileCleanUp();
const warnings: string[] = [];
const log: Log = { info: () => undefined, warn: (text) => warnings.push(text), error: () => undefined };
let blobs: BlobStore;
let schedules: ScheduleStore;

before(async () => {
  const { connectionString } = await startAzurite(cleanUp);
  blobs = openBlobStore({ connection: connectionString, clock: systemClock, random: () => 0.5, log });
  schedules = new ScheduleStore(blobs, log);
});

const at = (text: string): number => Date.parse(text);
const midnight = at('2026-01-01T00:00:00Z');
const hourMs = 3_600_000;

const requestOf = (service: string, more: Record<string, unknown> = {}) =>
  parseScheduleRequest(
    Buffer.from(JSON.stringify({ cron: '0 0 * * * *', input: { prefix: 'day/' }, ...more })),
    { service, id: 'x' },
    rules,
  );

const put = (
  service: string,
  id: string,
  more: Record<string, unknown> = {},
  nowMs = midnight,
  owner = 'me',
) => schedules.put({ service, id, owner }, requestOf(service, more), { nowMs });

async function listed(service?: string): Promise<Schedule[]> {
  const found: Schedule[] = [];
  for await (const one of schedules.list(service === undefined ? {} : { service })) found.push(one);
  return found;
}

const dueOf = async (service: string, nowMs: number) => {
  const due = await dueSchedules({ list: () => schedules.list({ service }) }, nowMs);
  return due.map(({ schedule, dueMs }) => [schedule.id, new Date(dueMs).toISOString()]);
};

test('a schedule is found again as it was put, and not after it was removed', async () => {
  const name = { service: 'found', id: 'a', owner: 'me' };
  assert.equal(await schedules.get(name), undefined);
  const stored = await put('found', 'a');
  assert.deepEqual(stored, {
    ...name,
    ...requestOf('found'),
    createdMs: midnight,
    sinceMs: midnight,
  });
  assert.deepEqual(await schedules.get(name), stored);
  assert.equal(await schedules.remove(name), true);
  assert.equal(await schedules.remove(name), false);
  assert.equal(await schedules.get(name), undefined);
});

test('schedules are listed by service and for all services, in order, without other state', async () => {
  for (const [service, id] of [
    ['list-b', 'one'],
    ['list-a', 'two'],
    ['list-a', 'one'],
    ['list-a.x', 'one'],
  ] as const) {
    await put(service, id);
  }
  await blobs.put({ container: 'state', name: 'services/list-a/aliases.json' }, Buffer.from('{}'));
  await blobs.put({ container: 'state', name: 'services/list-a/schedules/deep/x.json' }, Buffer.from('{}'));
  const names = (found: Schedule[]) => found.map(({ service, id }) => `${service}/${id}`);
  assert.deepEqual(names(await listed('list-a')), ['list-a/one', 'list-a/two']);
  const all = names(await listed()).filter((name) => name.startsWith('list-'));
  assert.deepEqual(all, ['list-a.x/one', 'list-a/one', 'list-a/two', 'list-b/one']);
});

test('names that are none find nothing and reach no other blob', async () => {
  await blobs.put({ container: 'state', name: 'services/a.json' }, Buffer.from('{}'));
  for (const name of [
    { service: '..', id: 'a', owner: 'me' },
    { service: 'x', id: '../../a', owner: 'me' },
    { service: '', id: '', owner: 'me' },
  ]) {
    assert.equal(await schedules.get(name), undefined);
    assert.equal(await schedules.remove(name), false);
    assert.deepEqual(await listed(name.service === 'x' ? 'x' : name.service), []);
  }
});

test('the last due time is served, the missed ones before it are not', async () => {
  await put('due', 'hourly');
  await put('due', 'off', { enabled: false });
  await put('due', 'yearly', { cron: '0 0 0 1 1 *' });
  assert.deepEqual(await dueOf('due', midnight), []);
  assert.deepEqual(await dueOf('due', midnight + hourMs - 1), []);
  assert.deepEqual(await dueOf('due', midnight + 5 * hourMs + 1000), [
    ['hourly', '2026-01-01T05:00:00.000Z'],
  ]);
  await schedules.markRun({ service: 'due', id: 'hourly', owner: 'me' }, midnight + 5 * hourMs, 'job-5');
  assert.deepEqual(await dueOf('due', midnight + 5 * hourMs + 2000), []);
  assert.deepEqual(await dueOf('due', midnight + 6 * hourMs), [['hourly', '2026-01-01T06:00:00.000Z']]);
  const { lastDueMs, lastJobId, createdMs } = (await schedules.get({
    service: 'due',
    id: 'hourly',
    owner: 'me',
  })) as Schedule;
  assert.deepEqual(
    { lastDueMs, lastJobId, createdMs },
    {
      lastDueMs: midnight + 5 * hourMs,
      lastJobId: 'job-5',
      createdMs: midnight,
    },
  );
});

test('a later mark is not taken back by an earlier one, and a removed schedule stays removed', async () => {
  const name = { service: 'mark', id: 'a', owner: 'me' };
  await put('mark', 'a');
  await schedules.markRun(name, midnight + 2 * hourMs, 'job-2');
  await schedules.markRun(name, midnight + hourMs, 'job-1');
  assert.equal((await schedules.get(name))?.lastJobId, 'job-2');
  await schedules.remove(name);
  await schedules.markRun(name, midnight + 3 * hourMs, 'job-3');
  assert.equal(await schedules.get(name), undefined);
});

test('marks and changes at the same time are all kept', async () => {
  const name = { service: 'race', id: 'a', owner: 'me' };
  await put('race', 'a');
  const last = midnight + 5 * hourMs;
  await Promise.all([
    ...[1, 2, 3, 4, 5].map((hour) => schedules.markRun(name, midnight + hour * hourMs, `job-${hour}`)),
    put('race', 'a', { parallelCount: 3 }),
  ]);
  const stored = (await schedules.get(name)) as Schedule;
  assert.equal(stored.options.parallelCount, 3);
  assert.deepEqual([stored.lastDueMs, stored.lastJobId, stored.sinceMs], [last, 'job-5', last]);
});

test('of several that put the same one is stored, by all', async () => {
  const stored = await Promise.all([1, 2, 3, 4].map((ms) => put('same', 'a', {}, midnight + ms)));
  const found = await schedules.get({ service: 'same', id: 'a', owner: 'me' });
  for (const one of stored) assert.deepEqual(one, found);
});

test('the same schedule once more changes nothing, not even what is due', async () => {
  const first = await put('again', 'a');
  await schedules.markRun({ service: 'again', id: 'a', owner: 'me' }, midnight + hourMs, 'job');
  const again = placeOf(first) as BlobAddress;
  const etag = (await blobs.find(again))?.etag;
  const second = await put('again', 'a', {}, midnight + 3 * hourMs);
  assert.equal(second.createdMs, first.createdMs);
  assert.equal((await blobs.find(again))?.etag, etag);
  assert.deepEqual(await dueOf('again', midnight + 3 * hourMs), [['a', '2026-01-01T03:00:00.000Z']]);
});

test('other options wait for nothing, another cron and one switched on again count from now', async () => {
  const later = midnight + 3.5 * hourMs;
  const due = [['a', '2026-01-01T03:00:00.000Z']];
  await put('change', 'a');
  await put('change', 'a', { join: '*' }, later);
  assert.deepEqual(await dueOf('change', later), due);
  await put('change', 'a', { cron: '0 30 * * * *' }, later);
  assert.deepEqual(await dueOf('change', later), []);
  await put('change', 'a', {}, midnight);
  await put('change', 'a', { enabled: false }, midnight);
  assert.deepEqual(await dueOf('change', later), []);
  await put('change', 'a', {}, later);
  assert.deepEqual(await dueOf('change', later), []);
  assert.deepEqual(await dueOf('change', later + hourMs / 2), [['a', '2026-01-01T04:00:00.000Z']]);
});

test('a schedule that cannot be read disturbs no other', async () => {
  await put('broken', 'good');
  const bad = { service: 'broken', id: 'bad', owner: 'me' };
  await blobs.put(placeOf(bad) as BlobAddress, Buffer.from('{'));
  await blobs.put({ container: 'state', name: 'services/broken/schedules/worse.json' }, Buffer.from('{'));
  assert.deepEqual(
    (await listed('broken')).map(({ id }) => id),
    ['good'],
  );
  assert.ok(warnings.some((text) => text.includes('schedule bad of broken')));
  assert.equal(await schedules.remove(bad), true);
  assert.equal(await schedules.get({ ...bad, id: 'worse' }), undefined, 'whose it is cannot be told');
});

test('everybody has a hundred schedules of a service, which can all be changed', async () => {
  await Promise.all(Array.from({ length: 100 }, (_, at) => put('many', `s${at}`)));
  await expectRejection(put('many', 'one-more'), { code: 'SCORE_ERR_JOB_OPTION', message: 'at most 100' });
  await put('many', 's5', { join: '*' });
  await put('others', 'a');
  await put('many', 'one-more', {}, midnight, 'you');
});

test('names belong to their owner: two who put one at once both have their own', async () => {
  const owners = ['rita', 'rolf'];
  await Promise.all(owners.map((owner, at) => put('own', 'a', { parallelCount: at + 1 }, midnight, owner)));
  for (const [at, owner] of owners.entries()) {
    const stored = await schedules.get({ service: 'own', id: 'a', owner });
    assert.deepEqual([stored?.owner, stored?.options.parallelCount], [owner, at + 1]);
  }
  assert.equal(await schedules.remove({ service: 'own', id: 'a', owner: 'rita' }), true);
  assert.equal((await listed('own')).length, 1);
  const seen: string[] = [];
  for await (const { owner } of schedules.list({ service: 'own', owners: ['rita', 'x'] })) seen.push(owner);
  assert.deepEqual(seen, []);
});

test('a schedule that an earlier release has put there is found, changed and removed by its owner alone', async () => {
  const name = { service: 'earlier', id: 'a', owner: 'rita' };
  const blob = sharedPlaceOf(name) as BlobAddress;
  const old: Schedule = { ...requestOf('earlier'), ...name, createdMs: midnight, sinceMs: midnight };
  await blobs.put(blob, Buffer.from(JSON.stringify(old)));
  assert.deepEqual(await schedules.get(name), old);
  assert.deepEqual(await listed('earlier'), [old]);
  await put('earlier', 'a', { join: '*' }, midnight, 'rolf');
  assert.deepEqual(await schedules.get(name), old);
  assert.equal((await put('earlier', 'a', { parallelCount: 3 }, midnight, 'rita')).options.parallelCount, 3);
  await schedules.markRun(name, midnight + hourMs, 'job');
  assert.equal((await schedules.get(name))?.lastJobId, 'job');
  assert.equal((await listed('earlier')).length, 2);
  assert.equal(await schedules.remove(name), true);
  assert.equal(await blobs.find(blob), undefined);
  assert.equal((await listed('earlier')).length, 1);
});
