// What orchestrations may not do here, because it hangs, loses results or runs work twice on the real engine, or
// because the local host leaves it out (functions-host.md 4.13, 6.2). Each text says what to do instead.

const PATTERNS = {
  relisted: [
    1,
    'a task that is still open is listed in a second Task.any or Task.all; deal work out in waves of fresh tasks',
  ],
  retryOptions: [2, 'retry options; retry inside the activity, or deal failed work out again'],
  thrownWithoutText: [4, 'the orchestrator threw something without a text; throw an Error with a message'],
  activityThrewUndefined: [5, 'the activity threw null or undefined; throw an Error with a message'],
  unknownActivity: [6, 'a call of an activity that is not registered'],
  subOrchestration: [7, 'sub-orchestrations; call activities, or start another instance from one'],
  eventLeftOver: [
    10,
    'an event that was not awaited is left over at continueAsNew; keep what must not be lost in storage',
  ],
  eventCase: [11, 'an event whose name differs from the awaited one in letter case only; use one spelling'],
  shortTimer: [12, 'a timer of less than one second; use whole seconds, one more than needed'],
  customStatusSize: [
    13,
    'a custom status of more than 8,000 characters of JSON; keep counters there, and data in storage',
  ],
} as const satisfies Record<string, readonly [row: number, pattern: string]>;

/** Things of the JavaScript library that are left out and have no row of their own. */
const LEFT_OUT = {
  callHttp: 'callHttp is not available in the local host; call HTTP from an activity',
  entities: 'entities and locks are not available in the local host; keep state in storage',
} as const;

/** An orchestration uses something that is refused; it ends `Failed` with this text. */
export class RefusedPattern extends Error {
  override readonly name = 'RefusedPattern';

  constructor(pattern: keyof typeof PATTERNS | keyof typeof LEFT_OUT, detail?: string) {
    super(refusalText(pattern, detail));
  }
}

/** The text of a refusal; `detail` names what was met. */
export function refusalText(pattern: keyof typeof PATTERNS | keyof typeof LEFT_OUT, detail?: string): string {
  const met = detail === undefined ? '' : ` (${detail})`;
  if (pattern === 'callHttp' || pattern === 'entities')
    return `Not portable (6.2): ${LEFT_OUT[pattern]}${met}`;
  const [row, text] = PATTERNS[pattern];
  return `Not portable (4.13/${row}): ${text}${met}`;
}
