import { completes, move, post, raise, until, type DurableCase } from '../durableCase.js';

const ONE = { type: 'number', value: 1 };

/** Terminate, suspend and resume. */
export const stopCases: readonly DurableCase[] = [
  completes('terminate', 'waitOne', {}, 'first & last', 'terminated', {
    status: 'Terminated',
    steps: [
      until(''),
      post('terminate?reason=first%20%26%20last'),
      { untilStatus: 'Terminated' },
      post('terminate?reason=again', 410),
    ],
  }),
  completes('terminate-no-reason', 'waitOne', {}, null, 'terminated', {
    status: 'Terminated',
    steps: [until(''), post('terminate')],
  }),
  completes('suspend-resume', 'waitOne', {}, ONE, 'suspended event:Go resumed', {
    steps: [
      until(''),
      post('suspend?reason=pause'),
      { untilStatus: 'Suspended', output: 'pause' },
      post('suspend?reason=again', 500),
      raise('Go', 1),
      until('suspended event:Go'),
      { untilStatus: 'Suspended', output: 'pause' },
      post('resume?reason=go%20on'),
    ],
  }),
  completes(
    'suspend-timer',
    'timer',
    { ms: 3500 },
    { got: { type: 'undefined' }, waitedMs: 5000 },
    'timer suspended fired resumed',
    {
      steps: [
        until('timer'),
        post('suspend?reason=pause'),
        until('timer suspended'),
        move(5000),
        until('timer suspended fired'),
        { untilStatus: 'Suspended', output: 'pause' },
        post('resume'),
      ],
    },
  ),
  completes('suspend-terminate', 'waitOne', {}, 'stop', 'suspended terminated', {
    status: 'Terminated',
    steps: [until(''), post('suspend'), { untilStatus: 'Suspended' }, post('terminate?reason=stop')],
  }),
  completes('resume-running', 'waitOne', {}, ONE, 'event:Go', {
    steps: [until(''), post('resume?reason=x', 500), raise('Go', 1)],
  }),
];
