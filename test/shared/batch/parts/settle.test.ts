import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StartState } from '../../../../shared/batch/lane/chunkTask.js';
import type { PartFacts } from '../../../../shared/batch/parts/partFacts.js';
import { countRows, settle, type Settlement } from '../../../../shared/batch/parts/settle.js';
import { fc } from '../../../support/property.js';
import { madeUpJob, partsOf, planOf, readInOrder, type MadeUpJob } from './madeUpJobs.js';

/** What a viewer sees of a settlement. */
const shown = ({ chunks }: Settlement) =>
  chunks.map(({ chunk, start, firstRow }) => ({ chunk, start, firstRow }));

/** All parts that can ever be written, in some order. */
const jobWithParts = madeUpJob.chain((job) => {
  const all = job.chunks.flatMap((_, at) =>
    (['o', 'q'] as const).flatMap((start) => partsOf(job, at, start)),
  );
  return fc.record({
    job: fc.constant(job),
    parts: fc.shuffledSubarray(all, { minLength: 0, maxLength: all.length }),
  });
});

test('what is settled is what one reader from the first chunk on has, as far as it goes', () => {
  fc.assert(
    fc.property(jobWithParts, ({ job, parts }) => {
      const { chunks, rows } = settle(planOf(job), parts);
      const expected = readInOrder(job);
      assert.deepEqual(shown({ chunks } as Settlement), expected.slice(0, chunks.length));
      const last = chunks.at(-1);
      assert.equal(
        rows,
        last === undefined ? 0 : last.firstRow + (job.chunks[last.chunk]?.records[last.start] ?? 0),
      );
      for (const { chunk, parts: own, start } of chunks) {
        assert.deepEqual(
          own.map(({ target }) => target),
          Array.from({ length: job.targets }, (_, at) => at),
        );
        assert.ok(own.every((part) => part.chunk === chunk && part.start === start));
      }
    }),
  );
});

test('the settled prefix only grows, whatever order parts come in', () => {
  fc.assert(
    fc.property(jobWithParts, ({ job, parts }) => {
      const plan = planOf(job);
      let before: Settlement['chunks'] = [];
      for (let count = 0; count <= parts.length; count++) {
        const { chunks } = settle(plan, parts.slice(0, count));
        assert.deepEqual(chunks.slice(0, before.length), before);
        before = chunks;
      }
    }),
  );
});

test('a frozen prefix stays as it is, whatever is written behind it', () => {
  fc.assert(
    fc.property(jobWithParts, fc.nat(), ({ job, parts }, cut) => {
      const plan = planOf(job);
      const early = settle(plan, parts.slice(0, cut % (parts.length + 1)));
      const late = settle(plan, parts, early.chunks.length);
      assert.deepEqual(late.chunks, early.chunks);
      assert.deepEqual(countRows(late), countRows(early));
    }),
  );
});

test('guesses first, then what is called wrong, makes the whole of every job', () => {
  fc.assert(
    fc.property(madeUpJob, (job) => {
      const plan = planOf(job);
      const parts: PartFacts[] = job.chunks.flatMap((_, at) => partsOf(job, at, 'o'));
      const expected = readInOrder(job);
      const guessedWrong = expected.filter(({ start }) => start === 'q').map(({ chunk }) => chunk);
      const first = settle(plan, parts);
      // one round is enough: a report tells the end for either state
      assert.deepEqual(wrongIn(first, expected.length), guessedWrong);
      const repaired = settle(plan, [...parts, ...first.wrong.flatMap((at) => partsOf(job, at, 'q'))]);
      assert.deepEqual(shown(repaired), expected);
      const last = expected.at(-1);
      const stops = last !== undefined && job.chunks[last.chunk]?.stopsIn === last.start;
      assert.deepEqual(
        [repaired.isWhole, repaired.stop?.code],
        [!stops, stops ? 'JOB_QUOTE_UNCLOSED' : undefined],
      );
      if (stops) assert.match(repaired.stop?.message ?? '', new RegExp(`in chunk ${last.chunk}$`));
    }),
  );
});

/** Wrong guesses behind a stop do not matter. */
const wrongIn = ({ wrong }: Settlement, chunks: number) => wrong.filter((chunk) => chunk < chunks);

test('a chunk that lacks the part of one target is not settled, and is no wrong guess', () => {
  const chunk = { beginsInput: false, ends: { o: 'o', q: 'o' }, records: { o: 2, q: 3 } } as const;
  const job: MadeUpJob = { chunks: [chunk, chunk], targets: 2 };
  const [first, second] = partsOf(job, 1, 'o') as [PartFacts, PartFacts];
  const parts = [...partsOf(job, 0, 'o'), first];
  const { chunks, wrong, isWhole } = settle(planOf(job), parts);
  assert.deepEqual([chunks.length, wrong, isWhole], [1, [], false]);
  assert.equal(settle(planOf(job), [...parts, second]).isWhole, true);
});

test('rows are counted by target and together', () => {
  const chunk = { beginsInput: false, ends: { o: 'o', q: 'o' }, records: { o: 2, q: 3 } } as const;
  const job: MadeUpJob = { chunks: [chunk, chunk], targets: 2 };
  const settled = settle(
    planOf(job),
    [0, 1].flatMap((at) => partsOf(job, at, 'o')),
  );
  assert.deepEqual(countRows(settled, 0), { rows: 4, succeeded: 4, failed: 0 });
  assert.deepEqual(countRows(settled, 1), { rows: 4, succeeded: 2, failed: 2 });
  assert.deepEqual(countRows(settled), { rows: 8, succeeded: 6, failed: 2 });
});

test('what cannot be read at the end fails the job when all before it is settled', () => {
  const chunk = { beginsInput: false, ends: { o: 'o', q: 'o' }, records: { o: 2, q: 3 } } as const;
  const job: MadeUpJob = { chunks: [chunk, chunk], targets: 1 };
  const endsWith = { code: 'JOB_INPUT_FORMAT', message: 'cut' } as const;
  const plan = { ...planOf(job), endsWith };
  const states: StartState[] = ['o'];
  const firsts = states.flatMap((start) => partsOf(job, 0, start));
  assert.equal(settle(plan, firsts).stop, undefined);
  const { stop, isWhole, rows } = settle(plan, [...firsts, ...partsOf(job, 1, 'o')]);
  assert.deepEqual([stop, isWhole, rows], [endsWith, false, 4]);
});
