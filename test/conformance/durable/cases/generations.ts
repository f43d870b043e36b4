import { completes, move, post, raise, release, until, type DurableCase } from '../durableCase.js';

const ROUND_2 = { round: 2 };

/** What the next generation gets, and shows as its input. */
const INPUTS: Readonly<Record<string, readonly [described: unknown, shown: unknown]>> = {
  object: [
    { type: 'object', value: { a: 1, b: [true, null] } },
    { a: 1, b: [true, null] },
  ],
  array: [{ type: 'array', value: [1, 'two'] }, [1, 'two']],
  number: [{ type: 'number', value: 7 }, 7],
  true: [{ type: 'boolean', value: true }, true],
  text: [{ type: 'string', value: '"text"' }, '"text"'],
  emptyText: [{ type: 'string', value: '""' }, '""'],
  digits: [{ type: 'string', value: '"5"' }, '"5"'],
  null: [{ type: 'null' }, { first: true, kind: 'null' }],
  undefined: [{ type: 'null' }, { first: true, kind: 'undefined' }],
};

export const generationCases: readonly DurableCase[] = [
  completes('generations', 'generations', { round: 0 }, { round: 3 }, '', { finalInput: { round: 3 } }),
  ...Object.entries(INPUTS).map(([kind, [described, finalInput]]) =>
    completes(`generation-input-${kind}`, 'generationInput', { first: true, kind }, described, '', {
      finalInput,
    }),
  ),
  completes('generation-open-activity', 'generationOpenTask', { round: 1, open: 'activity' }, ROUND_2, '', {
    finalInput: ROUND_2,
    steps: [until('done:addOne open:held'), { untilStatus: 'Running' }, release],
  }),
  completes('generation-open-timer', 'generationOpenTask', { round: 1, open: 'timer' }, ROUND_2, '', {
    finalInput: ROUND_2,
    steps: [until('timer done:addOne'), { untilStatus: 'Running' }, move(4000)],
  }),
  completes('generation-then-action', 'generationThenAction', { round: 1 }, ROUND_2, '', {
    finalInput: ROUND_2,
  }),
  completes(
    'event-after-generation-in-batch',
    'generationOnEvent',
    { round: 1 },
    { round: 2, got: 2 },
    'event:Go',
    {
      finalInput: ROUND_2,
      steps: [
        until(''),
        post('suspend?reason='),
        { untilStatus: 'Suspended' },
        raise('Next', 1),
        raise('Go', 2),
        until('suspended event:Next event:Go'),
        post('resume?reason='),
      ],
    },
  ),
  completes(
    'event-just-after-generation',
    'generationOnEvent',
    { round: 1 },
    { round: 2, got: 2 },
    'event:Go',
    {
      finalInput: ROUND_2,
      steps: [until(''), raise('Next', 1), raise('Go', 2)],
    },
  ),
];
