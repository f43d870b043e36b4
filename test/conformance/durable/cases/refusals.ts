import { refusalText } from '../../../../local/durable/refusals.js';
import { fails, post, raise, until, type DurableCase, type Step } from '../durableCase.js';

type Pattern = Parameters<typeof refusalText>[0];

function refused(
  id: string,
  orchestrator: string,
  input: unknown,
  pattern: Pattern,
  history = '',
  steps: readonly Step[] = [],
): DurableCase {
  return fails(id, orchestrator, input, refusalText(pattern), history, { steps });
}

/** What a real host answers in a way that nobody meant, or what the local host leaves out. */
export const refusalCases: readonly DurableCase[] = [
  refused('sliding-window', 'slidingWindow', {}, 'relisted', 'done:addOne open:held'),
  refused('retry-first-attempt', 'retried', {}, 'retryOptions'),
  ...['string', 'object', 'null', 'empty'].map((kind) =>
    refused(`throws-${kind}`, 'throwsKind', { kind }, 'thrownWithoutText'),
  ),
  refused('unknown-activity', 'callByName', { name: 'noSuchActivity' }, 'unknownActivity'),
  refused(
    'unknown-activity-caught',
    'callByName',
    { name: 'noSuchActivity', catching: true },
    'unknownActivity',
  ),
  refused('orchestrator-as-activity', 'callByName', { name: 'chain' }, 'unknownActivity'),
  refused('sub-given-id', 'parent', {}, 'subOrchestration'),
  refused(
    'event-before-generation-in-batch',
    'generationOnEvent',
    { round: 1 },
    'eventLeftOver',
    'suspended event:Go event:Next resumed',
    [
      until(''),
      post('suspend'),
      { untilStatus: 'Suspended' },
      raise('Go', 1),
      raise('Next', 2),
      until('suspended event:Go event:Next'),
      post('resume'),
    ],
  ),
  refused('event-other-case', 'waitOne', {}, 'eventCase', 'event:go', [until(''), raise('go', 1)]),
  refused('timer-lengths', 'timer', { ms: 300 }, 'shortTimer'),
  refused('custom-status-size', 'customStatusSize', { length: 8300 }, 'customStatusSize'),
  refused('call-http', 'callsHttp', {}, 'callHttp'),
  refused('entity', 'callsEntity', {}, 'entities'),
];
