import { systemClock, type Clock } from '../../clock.js';
import { withDeadline } from '../../deadline.js';
import { moduleMessage, placeIn, thrownText } from './moduleMessage.js';

type ModuleStep = 'load' | 'init' | 'before' | 'after';

/** How long the promise of a step is waited for: other calls of the thread wait meanwhile. */
const deadlineMs: Readonly<Record<ModuleStep, number>> = {
  load: 120_000,
  init: 120_000,
  before: 30_000,
  after: 30_000,
};

/** Where and when a module runs. */
export interface ModulePlace {
  readonly dir: string;
  readonly clock?: Clock;
}

/**
 * A step of a scoring module has failed. The message is for callers: it shows no places of this machine. The cause is an
 * error of our own with the text that was thrown: who reads the thrown one again runs code of the module.
 */
export class ModuleFailure extends Error {
  /** As `placeIn` gives it. */
  readonly place: string;

  constructor(step: ModuleStep, thrown: unknown, dir: string) {
    const cause = new Error(thrownText(thrown));
    super(`the scoring module failed in ${step}: ${moduleMessage(cause.message, dir)}`, { cause });
    this.name = 'ModuleFailure';
    this.place = placeIn(thrown);
  }
}

/**
 * Runs a step of a module, which may answer by a promise, and gives what `take` makes of the answer. Throws ModuleFailure
 * for whatever goes wrong.
 */
export async function callModule<T>(
  step: ModuleStep,
  { dir, clock = systemClock }: ModulePlace,
  act: () => unknown,
  take: (answer: unknown) => T,
): Promise<T> {
  try {
    const answer = act();
    if (!isPromise(answer)) return take(answer);
    const late = () => new Error(`it did not come back within ${deadlineMs[step] / 1000} s`);
    return take(await withDeadline(Promise.resolve(answer), deadlineMs[step], clock, late));
  } catch (error) {
    throw new ModuleFailure(step, error, dir);
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
