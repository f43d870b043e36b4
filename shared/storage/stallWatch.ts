import type { Clock } from '../clock.js';
import { TryEnded } from './storageFault.js';
import type { Try } from './tries.js';

/** A silence of this length ends the try. */
const STALL_MS = 10_000;

export interface StallWatch {
  /** Something came. */
  touch(): void;
  /** Nothing more will come. */
  stop(): void;
}

/** Ends a try of a read when nothing comes for 10 s. Stops by itself when the try is ended. */
export function watchForStall(one: Try, clock: Clock): StallWatch {
  let lastMs = clock.nowMs();
  let callOff = clock.after(STALL_MS, look);
  function look(): void {
    const leftMs = lastMs + STALL_MS - clock.nowMs();
    if (leftMs <= 0) one.end(new TryEnded(`no byte for ${STALL_MS / 1000} s`));
    else callOff = clock.after(leftMs, look);
  }
  const stop = (): void => {
    callOff();
  };
  one.signal.addEventListener('abort', stop, { once: true });
  return {
    touch() {
      lastMs = clock.nowMs();
    },
    stop,
  };
}
