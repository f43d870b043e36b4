// What orchestrations may not do here, because it hangs, loses results or runs work twice on the real engine, or
// because the local host leaves it out. Each text says what to do instead; the numbers are those of
// functions-host.md, 4.13 by rows.

const REFUSALS = {
  relisted: [
    '4.13/1',
    'a task that is still open is listed in a second Task.any or Task.all; deal work out in waves of fresh tasks',
  ],
  retryOptions: ['4.13/2', 'retry options; retry inside the activity, or deal failed work out again'],
  thrownWithoutText: [
    '4.13/4',
    'the orchestrator threw something without a text; throw an Error with a message',
  ],
  activityThrewUndefined: ['4.13/5', 'the activity threw null or undefined; throw an Error with a message'],
  unknownActivity: ['4.13/6', 'a call of an activity that is not registered'],
  subOrchestration: ['4.13/7', 'sub-orchestrations; call activities, or start another instance from one'],
  eventLeftOver: [
    '4.13/10',
    'an event that was not awaited is left over at continueAsNew; keep what must not be lost in storage',
  ],
  eventCase: [
    '4.13/11',
    'an event whose name differs from the awaited one in letter case only; use one spelling',
  ],
  shortTimer: ['4.13/12', 'a timer of less than one second; use whole seconds, one more than needed'],
  customStatusSize: [
    '4.13/13',
    'a custom status of more than 8,000 characters of JSON; keep counters there, and data in storage',
  ],
  callHttp: ['6.2', 'callHttp is not available in the local host; call HTTP from an activity'],
  entities: ['6.2', 'entities and locks are not available in the local host; keep state in storage'],
} as const;

type Refusal = keyof typeof REFUSALS;

/** An orchestration uses something that is refused; it ends `Failed` with this text. */
export class RefusedPattern extends Error {
  constructor(pattern: Refusal, detail?: string) {
    super(refusalText(pattern, detail));
  }
}

/** The text of a refusal; `detail` names what was met. */
export function refusalText(pattern: Refusal, detail?: string): string {
  const [section, text] = REFUSALS[pattern];
  return `Not portable (${section}): ${text}${detail === undefined ? '' : ` (${detail})`}`;
}
