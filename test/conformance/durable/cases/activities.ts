import { completes, fails, post, release, until, type DurableCase } from '../durableCase.js';

const times = (count: number, note: string): string => Array<string>(count).fill(note).join(' ');
const doubled = (n: number): { n: number; doubled: number } => ({ n, doubled: n * 2 });
const text = (value: string): { type: string; value: string } => ({ type: 'string', value });
const number = (value: number): { type: string; value: number } => ({ type: 'number', value });

/** What arrives for each kind of value: input of an activity, result of one. */
const INPUTS: Readonly<Record<string, unknown>> = {
  object: { type: 'object', value: { a: 1, b: [true, null] } },
  text: text('text'),
  emptyText: text(''),
  digits: text('5'),
  jsonText: text('{"a":1}'),
  trueText: text('true'),
  nullText: text('null'),
  dateText: text('2001-02-03T04:05:06Z'),
  dateOffset: text('2001-02-03T04:05:06+02:00'),
  dateInObject: { type: 'object', value: { when: '2001-02-03T04:05:06.7890000+02:00' } },
  number: number(7),
  zero: number(0),
  negative: number(-3),
  fraction: number(1.5),
  big: number(1e21),
  true: text('True'),
  false: text('False'),
  null: { type: 'undefined' },
  undefined: { type: 'undefined' },
  array: { type: 'array', value: [1, 'two'] },
  emptyArray: { type: 'array', value: [] },
  emptyObject: { type: 'object', value: {} },
  unicode: text('grüße ☃'),
  timestampProperty: { type: 'object', value: { Timestamp: '2001-02-03T04:05:06Z' } },
};
const RESULTS: Readonly<Record<string, unknown>> = {
  object: INPUTS.object,
  text: text('text'),
  emptyText: text(''),
  digits: text('5'),
  jsonText: text('{"a":1}'),
  dateText: text('2001-02-03T04:05:06Z'),
  dateObject: text('2001-02-03T04:05:06.000Z'),
  number: number(7),
  zero: number(0),
  fraction: number(1.5),
  true: { type: 'boolean', value: true },
  false: { type: 'boolean', value: false },
  null: { type: 'null' },
  undefined: { type: 'null' },
  array: { type: 'array', value: [1, 'two'] },
  buffer: text('AQL+'),
};
const names = (kinds: Readonly<Record<string, unknown>>): { names: string[] } => ({
  names: Object.keys(kinds),
});

const BOOM_2 = "Activity function 'boom' failed:  boom 2 \n {";
const FAILED = "Orchestrator function 'failureUncaught' failed: Activity function 'throwKind' failed:  ";

export const activityCases: readonly DurableCase[] = [
  completes('chain', 'chain', { n: 1 }, 4, times(3, 'done:addOne')),
  completes(
    'activity-inputs',
    'activityInputs',
    names(INPUTS),
    Object.values(INPUTS),
    times(Object.keys(INPUTS).length, 'done:describeInput'),
  ),
  completes(
    'activity-results',
    'activityResults',
    names(RESULTS),
    Object.values(RESULTS),
    times(Object.keys(RESULTS).length, 'done:resultKind'),
  ),
  completes('activity-other-case', 'callByName', { name: 'ADDONE' }, 2, 'done:ADDONE'),
  completes('fan-out', 'fanOut', { n: 5 }, [0, 1, 2, 3, 4].map(doubled), times(5, 'done:double')),
  fails(
    'fan-out-one-fails',
    'fanOut',
    { n: 5, failing: [2] },
    `Orchestrator function 'fanOut' failed: ${BOOM_2}`,
    `${times(4, 'done:double')} failed:boom`,
  ),
  fails(
    'fan-out-all-fail',
    'fanOut',
    { n: 3, failing: [0, 1, 2] },
    "Orchestrator function 'fanOut' failed: Activity function 'boom' failed:  boom ",
    times(3, 'failed:boom'),
  ),
  completes('nested', 'nested', {}, { one: 2, two: [3, 4], three: 5 }, times(4, 'done:addOne')),
  completes(
    'same-task-twice',
    'sameTaskTwice',
    {},
    { first: 2, second: 2, next: 6 },
    times(2, 'done:addOne'),
  ),
  completes('created-not-yielded', 'createdNotYielded', {}, 'nothing was yielded', ''),
  completes('returns-with-open-task', 'openTask', {}, 'returned early', 'done:addOne done:held', {
    steps: [until('done:addOne open:held'), release],
  }),
  fails(
    'fails-with-open-task',
    'openTask',
    { fails: true },
    "Orchestrator function 'openTask' failed: fails while a task is open",
    'done:addOne done:held',
    { steps: [until('done:addOne open:held'), release] },
  ),
  completes('terminate-during-activity', 'openTask', {}, 'stop', 'done:addOne open:held terminated', {
    status: 'Terminated',
    steps: [until('done:addOne open:held'), post('terminate?reason=stop')],
  }),
  fails(
    'failure-uncaught-error',
    'failureUncaught',
    { kind: 'error' },
    `${FAILED}plain message \n {`,
    'failed:throwKind',
  ),
  fails(
    'failure-uncaught-string',
    'failureUncaught',
    { kind: 'string' },
    `${FAILED}only text \n {`,
    'failed:throwKind',
  ),
  fails(
    'failure-uncaught-multiline',
    'failureUncaught',
    { kind: 'multiline' },
    `${FAILED}line one\nline two\nException: not the exception \n {`,
    'failed:throwKind',
  ),
];

/** What an orchestrator catches, up to the long JSON behind it. */
export const caughtTexts: Readonly<Record<string, string>> = {
  error: "Activity function 'throwKind' failed:  plain message",
  typeError: "Activity function 'throwKind' failed:  wrong type",
  ownError: "Activity function 'throwKind' failed:  own message",
  multiline: "Activity function 'throwKind' failed:  line one\nline two\nException: not the exception",
  empty: "Activity function 'throwKind' failed:  ",
  unicode: "Activity function 'throwKind' failed:  grüße ☃",
  secret: "Activity function 'throwKind' failed:  see https://x.example/c[Hidden Credential]",
  string: "Activity function 'throwKind' failed:  only text",
  object: 'Activity function \'throwKind\' failed:  {"a":1}',
};
