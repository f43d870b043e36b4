import { completes, move, post, raise, until, type DurableCase } from '../durableCase.js';

const NOTHING = { type: 'undefined' };
const TEN_DAYS_MS = 864_000_000;

const EVENT_VALUES: Readonly<Record<string, unknown>> = {
  object: { a: 1 },
  text: 'text',
  number: 7,
  true: true,
  array: [1],
  date: '2001-02-03T04:05:06Z',
  dateInObject: { when: '2001-02-03T04:05:06+02:00' },
};

export const timerAndEventCases: readonly DurableCase[] = [
  // 1.5 s are cut to 1 s
  completes('timer', 'timer', { ms: 1500 }, { got: NOTHING, waitedMs: 1000 }, 'timer fired', {
    steps: [until('timer'), move(999), until('timer'), move(1)],
  }),
  completes('timer-lengths-1100', 'timer', { ms: 1100 }, { got: NOTHING, waitedMs: 1000 }, 'timer fired', {
    steps: [until('timer'), move(1000)],
  }),
  completes('timer-now', 'timer', { ms: 0 }, { got: NOTHING, waitedMs: 0 }, 'timer fired'),
  completes('timer-past', 'timer', { ms: -60_000 }, { got: NOTHING, waitedMs: 0 }, 'timer fired'),
  completes('timer-ten-days', 'timer', { ms: TEN_DAYS_MS }, 'end of case', 'timer terminated', {
    status: 'Terminated',
    steps: [until('timer'), move(TEN_DAYS_MS / 2), until('timer'), post('terminate?reason=end%20of%20case')],
  }),
  completes(
    'timer-cancelled',
    'timerRace',
    { cancel: true },
    { winner: 'work', after: null, timerCompleted: false },
    'timer done:addOne',
  ),
  completes(
    'timer-cancelled-then-activities',
    'timerRace',
    { cancel: true, then: 2 },
    { winner: 'work', after: 12, timerCompleted: false },
    'timer done:addOne done:addOne done:addOne',
  ),
  completes(
    'timer-not-cancelled',
    'timerRace',
    { cancel: false },
    { winner: 'work', after: null, timerCompleted: false },
    'timer done:addOne fired',
    { steps: [until('timer done:addOne'), { untilStatus: 'Running' }, move(7000)] },
  ),
  completes('event-after-wait', 'waitOne', {}, { type: 'object', value: { v: 1 } }, 'event:Go', {
    steps: [until(''), raise('Go', { v: 1 })],
  }),
  completes(
    'event-before-wait',
    'waitOne',
    { before: 3500 },
    { type: 'object', value: { v: 1 } },
    'timer event:Go fired',
    { steps: [until('timer'), raise('Go', { v: 1 }), until('timer event:Go'), move(4000)] },
  ),
  completes(
    'event-buffered-two',
    'waitTwo',
    { before: 3500 },
    { first: 1, second: 2 },
    'timer event:Go event:Go fired',
    {
      steps: [until('timer'), raise('Go', 1), raise('Go', 2), until('timer event:Go event:Go'), move(4000)],
    },
  ),
  // waiters of one name are served from the last to the first
  completes('event-two-waiters', 'waitTwo', { atOnce: true }, { first: 2, second: 1 }, 'event:Go event:Go', {
    steps: [until(''), raise('Go', 1), until('event:Go'), raise('Go', 2)],
  }),
  completes('event-any-of-two', 'waitAny', {}, { winner: 'Stop', value: 'now' }, 'event:Stop', {
    steps: [until(''), raise('Stop', 'now')],
  }),
  completes('event-or-timer', 'eventOrTimer', {}, { winner: 'event', value: 5 }, 'timer event:Go', {
    steps: [until('timer'), raise('Go', 5)],
  }),
  completes('event-timer-wins', 'eventOrTimer', {}, { winner: 'timer' }, 'timer fired', {
    steps: [until('timer'), move(2000)],
  }),
  ...Object.entries(EVENT_VALUES).map(([kind, value]) =>
    completes(
      `event-values-${kind}`,
      'waitOne',
      {},
      { type: Array.isArray(value) ? 'array' : typeof value, value },
      'event:Go',
      { steps: [until(''), raise('Go', value)] },
    ),
  ),
  completes('event-values-null', 'waitOne', {}, { type: 'null' }, 'event:Go', {
    steps: [until(''), raise('Go', null)],
  }),
];
