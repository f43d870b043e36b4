import type { Action, ActivityAction, TimerAction } from './orchestratorOutcome.js';
import { RefusedPattern } from './refusals.js';
import { settle, type Task } from './task.js';

interface OpenCall {
  readonly task: Task;
  /** What makes a second listing of the call known; set for a child of a compound. */
  readonly listing: string | undefined;
}

/** Activities and timers without a result, by the id they have in the history. */
export class OpenCalls {
  readonly #calls = new Map<number, OpenCall>();
  readonly #listings = new Map<string, number>();

  get size(): number {
    return this.#calls.size;
  }

  add(id: number, action: ActivityAction | TimerAction, task: Task): void {
    const listing = task.parent === undefined ? undefined : listingOf(action);
    this.#calls.set(id, { task, listing });
    if (listing !== undefined) this.#listings.set(listing, (this.#listings.get(listing) ?? 0) + 1);
  }

  /** Does nothing for an unknown id: a second result, or a timer that was cancelled. */
  settle(id: number): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    if (call.listing !== undefined) {
      const left = (this.#listings.get(call.listing) ?? 1) - 1;
      if (left === 0) this.#listings.delete(call.listing);
      else this.#listings.set(call.listing, left);
    }
    settle(call.task);
  }

  /** Throws RefusedPattern for a call that an earlier compound lists and that is still open (4.13/1). */
  refuseRelisted(children: readonly Action[]): void {
    for (const child of children) {
      if (child.kind === 'any' || child.kind === 'all') this.refuseRelisted(child.children);
      else if (child.kind === 'activity' || child.kind === 'timer') {
        if (!this.#listings.has(listingOf(child))) continue;
        const call = child.kind === 'activity' ? `activity ${child.name}` : `timer for ${child.fireAt}`;
        throw new RefusedPattern('relisted', call);
      }
    }
  }
}

function listingOf(action: ActivityAction | TimerAction): string {
  return action.kind === 'activity' ? `${action.name}\n${action.input ?? ''}` : action.fireAt;
}
