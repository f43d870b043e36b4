import { setImmediate } from 'node:timers/promises';

/** Bytes looked through between two turns of the event loop, about a millisecond. */
const turnBytes = 256 * 1024;

/** Works of this process that wait for their turn: one goes on in each turn of the event loop, however many there are. */
let waiting: Promise<unknown> = Promise.resolve();

/** Counts work on the main thread, to give other work its turn in between. */
export class Turns {
  #bytes = 0;

  /** Notes work on so many bytes; true when it is time to `take` a turn. */
  areDue(bytes: number): boolean {
    this.#bytes += bytes;
    return this.#bytes >= turnBytes;
  }

  async take(): Promise<void> {
    this.#bytes = 0;
    const turn = waiting.then(() => setImmediate());
    waiting = turn;
    await turn;
  }
}
