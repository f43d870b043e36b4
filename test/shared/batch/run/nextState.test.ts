import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChunkSet } from '../../../../shared/batch/chunkSet.js';
import type { LaneInput } from '../../../../shared/batch/lane/laneTypes.js';
import { callsOf } from '../../../../shared/batch/run/callsOf.js';
import { nextState } from '../../../../shared/batch/run/nextState.js';
import { firstState, type RunCall, type RunState } from '../../../../shared/batch/run/runState.js';
import { fc } from '../../../support/property.js';
import { mostEvents, mostPayloadBytes } from '../../../support/testEngine.js';

/** Activities of one wave at most. */
const mostLanes = 30;

/** What lanes do in a wave of a made-up run. */
type Wave = 'lost' | 'nothing' | 'some' | 'all';

const waves = fc.infiniteStream(fc.constantFrom<Wave>('lost', 'nothing', 'some', 'all', 'all'));
const sizes = fc.record({
  parallelCount: fc.integer({ min: 1, max: 100 }),
  chunks: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 41, max: 2000 }), fc.constant(50_000)),
});

/** Chunks that the lane answers: the first ones of its share. */
function laneDone({ todo, lane, lanes }: LaneInput, wave: Wave): number[] {
  const share = ChunkSet.fromText(todo).share(lane, lanes);
  if (wave === 'nothing') return [];
  return wave === 'all' ? share : share.slice(0, Math.ceil(share.length / 3));
}

interface Run {
  readonly steps: readonly { readonly state: RunState; readonly calls: readonly RunCall[] }[];
  readonly scored: ReadonlySet<number>;
  readonly repaired: ReadonlySet<number>;
  readonly joined: ReadonlySet<number>;
}

/** Runs a made-up job to its end; `wrong` are the guesses that prove wrong, `groups` the blocks of its result. */
function run(
  size: { parallelCount: number; chunks: number },
  next: () => Wave,
  wrong: number[] = [],
  groups = 0,
): Run {
  const scored = new Set<number>();
  const repaired = new Set<number>();
  const joined = new Set<number>();
  const steps: { state: RunState; calls: RunCall[] }[] = [];
  for (let state: RunState | undefined = firstState('job'); state;) {
    const calls = callsOf(state);
    steps.push({ state, calls });
    assert.ok(steps.length < 500, 'the run does not end');
    const wave = next();
    const answers = wave === 'lost' ? undefined : calls.map((call) => answer(call, wave));
    state = nextState(state, answers);
  }
  return { steps, scored, repaired, joined };

  function answer({ activity, input }: RunCall, wave: Wave): unknown {
    if (activity === 'planBatch') return size;
    if (activity === 'closeBatch') return null;
    if (activity === 'finishBatch') {
      const { checkOnly, staged, fault } = input as { checkOnly?: true; staged?: true; fault?: object };
      if (fault) return { over: true };
      if (checkOnly) return {};
      const left = wrong.filter((chunk) => !repaired.has(chunk));
      if (left.length > 0) return { wrong: ChunkSet.of(left).toText() };
      return groups > 0 && !staged ? { groups } : { over: true };
    }
    const lane = input as LaneInput;
    const done = laneDone(lane, wave);
    const kept = activity === 'joinLane' ? joined : lane.phase === 'score' ? scored : repaired;
    for (const chunk of done) kept.add(chunk);
    return { done: ChunkSet.of(done).toText(), ...(done.length % 3 === 1 ? { check: true } : {}) };
  }
}

const waveOf = (stream: Iterator<Wave>) => () => (stream.next() as { value: Wave }).value;

test('a run ends, and every chunk was dealt until it was done, unless it is given up for good', () => {
  fc.assert(
    fc.property(
      sizes,
      waves,
      fc.array(fc.nat(), { maxLength: 20 }),
      fc.nat(300),
      (size, stream, picks, groups) => {
        const wrong = size.chunks === 0 ? [] : [...new Set(picks.map((pick) => pick % size.chunks))];
        const { steps, scored, repaired, joined } = run(size, waveOf(stream), wrong, groups);
        if (steps.some(({ state }) => state.fault)) return;
        if (size.chunks === 0) return;
        if (steps.at(-1)?.state.trouble) return;
        assert.equal(scored.size, size.chunks);
        assert.deepEqual([...repaired].sort(), [...wrong].sort());
        assert.equal(joined.size, groups);
      },
    ),
    { numRuns: 40 },
  );
});

test('every step keeps to the bounds of the engine', () => {
  fc.assert(
    fc.property(sizes, waves, (size, stream) => {
      for (const { state, calls } of run(size, waveOf(stream)).steps) {
        assert.ok(JSON.stringify(state).length < mostPayloadBytes);
        assert.ok(4 * (calls.length + 1) + 4 < mostEvents, `${calls.length} calls at once`);
        for (const { input } of calls) assert.ok(JSON.stringify(input).length < mostPayloadBytes);
      }
    }),
    { numRuns: 20 },
  );
});

test('a wave shares its chunks out, each to one lane', () => {
  fc.assert(
    fc.property(sizes, ({ parallelCount, chunks }) => {
      fc.pre(chunks > 0);
      const planned = nextState(firstState('job'), [{ chunks, lanes: Math.min(parallelCount, chunks) }]);
      assert.ok(planned);
      const inputs = callsOf(planned).map(({ input }) => input as LaneInput);
      assert.ok(inputs.length <= mostLanes);
      const shares = inputs.flatMap(({ todo, lane, lanes }) => ChunkSet.fromText(todo).share(lane, lanes));
      assert.equal(new Set(shares).size, chunks);
      assert.equal(shares.length, chunks);
      const atOnce = inputs.reduce((sum, { width }) => sum + width, 0);
      const wanted = Math.min(parallelCount, chunks);
      assert.ok(atOnce >= wanted && atOnce < wanted + mostLanes / 5, `${atOnce} at once for ${wanted}`);
    }),
    { numRuns: 40 },
  );
});

test('a run whose waves bring nothing is given up by name', () => {
  for (const wave of ['lost', 'nothing'] as const) {
    let planned = false;
    const next = (): Wave => {
      if (planned) return wave;
      planned = true;
      return 'all';
    };
    const { steps } = run({ parallelCount: 3, chunks: 9 }, next);
    const finish = steps.find(({ state }) => state.phase === 'finish');
    assert.equal(finish?.state.fault?.code, 'JOB_NO_PROGRESS');
    const dealt = steps.filter(({ state }) => state.phase === 'score');
    assert.equal(dealt.length, 13);
    // waves have names of their own, for the markers of their lanes
    assert.equal(new Set(dealt.map(({ state }) => state.wave)).size, dealt.length);
  }
});

test('only what follows a lost activity is careful', () => {
  const state = nextState(firstState('job'), [{ chunks: 4, lanes: 2 }]);
  assert.ok(state);
  assert.equal(state.careful, false);
  const afterLoss = nextState(state, undefined);
  assert.deepEqual([afterLoss?.careful, afterLoss?.trouble, afterLoss?.todo], [true, 1, state.todo]);
  const afterNothing = nextState(state, [{ done: '' }, { done: '' }]);
  assert.deepEqual([afterNothing?.careful, afterNothing?.trouble], [false, 1]);
  const afterWork = nextState(afterLoss as RunState, [{ done: ChunkSet.of([0]).toText() }, { done: '' }]);
  assert.deepEqual([afterWork?.careful, afterWork?.trouble], [false, 0]);
});

test('a fault or the end of the job ends every phase', () => {
  const fault = { code: 'JOB_INPUT_CHANGED', message: 'x' } as const;
  const base = { ...firstState('job'), todo: ChunkSet.upTo(3).toText(), lanes: 2 };
  for (const phase of ['plan', 'unpack', 'score', 'repair', 'join'] as const) {
    const failed = nextState(
      { ...base, phase },
      [{ done: '' }, { done: '', fault }].slice(phase === 'plan' ? 1 : 0),
    );
    assert.deepEqual([failed?.phase, failed?.fault], ['finish', fault], phase);
    const over = nextState({ ...base, phase }, [{ done: '', over: true }, { done: '' }]);
    assert.equal(over?.phase, 'close', phase);
  }
  assert.equal(nextState({ ...base, phase: 'check' }, [{ over: true }])?.phase, 'close');
  assert.equal(nextState({ ...base, phase: 'finish' }, [{ over: true }])?.phase, 'close');
  assert.equal(nextState({ ...base, phase: 'close' }, [null]), undefined);
});

test('inputs are unpacked a few at a time, and the job is planned again then', () => {
  let state = nextState(firstState('job'), [{ unpack: ChunkSet.upTo(19).toText() }]);
  const unpacked: unknown[] = [];
  while (state?.phase === 'unpack') {
    const calls = callsOf(state);
    assert.ok(calls.length <= 8);
    unpacked.push(...calls.map(({ input }) => (input as { input: number }).input));
    state = nextState(
      state,
      calls.map(() => ({})),
    );
  }
  assert.equal(state?.phase, 'plan');
  assert.deepEqual(
    unpacked,
    Array.from({ length: 19 }, (_, at) => at),
  );
});
