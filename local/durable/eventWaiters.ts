import type { EventRaised } from './historyEvents.js';
import { RefusedPattern } from './refusals.js';
import { settle, type Task } from './task.js';

interface Waiter {
  readonly name: string;
  readonly task: Task;
}

/**
 * External events and who waits for them (functions-host.md 4.5): what came early is taken first in, first out, of
 * those who wait for one name the last is served first. Throws RefusedPattern where names differ in letter case.
 */
export class EventWaiters {
  readonly #waiting = new Map<string, Waiter[]>();
  readonly #early: EventRaised[] = [];

  wait(name: string, task: Task): void {
    const key = name.toLowerCase();
    const at = this.#early.findIndex((event) => event.Name.toLowerCase() === key);
    const [event] = at < 0 ? [] : this.#early.splice(at, 1);
    if (event !== undefined) {
      deliver(event, { name, task });
      return;
    }
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) this.#waiting.set(key, [{ name, task }]);
    else waiting.push({ name, task });
  }

  raise(event: EventRaised): void {
    const waiter = this.#waiting.get(event.Name.toLowerCase())?.pop();
    if (waiter === undefined) this.#early.push(event);
    else deliver(event, waiter);
  }

  /** Name of an event that came and that nobody has waited for. */
  get leftOver(): string | undefined {
    return this.#early[0]?.Name;
  }
}

function deliver(event: EventRaised, { name, task }: Waiter): void {
  if (event.Name !== name) throw new RefusedPattern('eventCase', `sent ${event.Name}, awaited ${name}`);
  settle(task);
}
