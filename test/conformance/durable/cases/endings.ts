import { completes, fails, move, until, type DurableCase } from '../durableCase.js';

const RETURNED: Readonly<Record<string, unknown>> = {
  object: { a: 1, b: [true, null] },
  text: 'text',
  emptyText: '',
  digits: '5',
  jsonText: '{"a":1}',
  dateText: '2001-02-03T04:05:06Z',
  dateObject: '2001-02-03T04:05:06.000Z',
  number: 7,
  zero: 0,
  fraction: 1.5,
  true: true,
  false: false,
  null: null,
  undefined: null,
  array: [1, 'two'],
  buffer: { type: 'Buffer', data: [1, 2, 254] },
};

/** Texts behind `Orchestrator function 'throwsKind' failed: `. */
const THROWN: Readonly<Record<string, string>> = {
  error: 'plain message',
  typeError: 'wrong type',
  multiline: 'line one\nline two',
  quotes: 'say "x" <b> \\ ☃',
  secret: '[Hidden Credential]',
};

const failed = (orchestrator: string, text: string): string =>
  `Orchestrator function '${orchestrator}' failed: ${text}`;
const NO_TASKS =
  'When constructing a CompoundTask (such as Task.all() or Task.any()), you must specify at least one Task.';
const yielded = (type: string): string =>
  `Durable Functions programming constraint violation: Orchestration yielded data of type ${type}. `;

export const endingCases: readonly DurableCase[] = [
  ...Object.entries(RETURNED).map(([kind, output]) =>
    completes(`return-${kind}`, 'returnKind', { kind }, output, ''),
  ),
  ...Object.entries(THROWN).map(([kind, text]) => ({
    ...fails(`throws-${kind}`, 'throwsKind', { kind }, failed('throwsKind', text), ''),
    outputBegins: false,
  })),
  fails(
    'throws-after-activity',
    'throwsKind',
    { kind: 'error', after: true },
    failed('throwsKind', 'plain message'),
    'done:addOne',
  ),
  fails(
    'throws-at-once',
    'throwsAtOnce',
    {},
    failed(
      'throwsAtOnce',
      'One or more errors occurred. (Result: Failure\nException: thrown before there is a generator\nStack: Error: ',
    ),
    '',
  ),
  fails('yields-text', 'yieldsText', {}, failed('yieldsText', yielded('string')), ''),
  fails('yields-promise', 'yieldsPromise', {}, failed('yieldsPromise', yielded('object')), ''),
  fails('async-generator', 'asyncGenerator', {}, failed('asyncGenerator', yielded('undefined')), ''),
  fails('all-of-none', 'compoundOfNone', { kind: 'all' }, failed('compoundOfNone', NO_TASKS), ''),
  fails('any-of-none', 'compoundOfNone', { kind: 'any' }, failed('compoundOfNone', NO_TASKS), ''),
  completes(
    'context-view',
    'contextView',
    {},
    {
      instanceId: 'context-view',
      parentInstanceId: { type: 'null' },
      version: '',
      replaying: [true, false],
      guids: 2,
    },
    'timer fired',
    { steps: [until('timer'), move(2000)] },
  ),
  completes('custom-status', 'customStatus', {}, 'done', 'timer fired timer fired timer fired', {
    steps: [
      { untilStatus: 'Running', customStatus: 'one' },
      move(2000),
      { untilStatus: 'Running', customStatus: { two: 2, list: [1] } },
      move(2000),
      { untilStatus: 'Running', customStatus: null },
      move(2000),
    ],
  }),
];
