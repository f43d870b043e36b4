import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { acquireLock } from './lock.mjs';
import { say, UserProblem } from './messages.mjs';

const defaultLimitMs = 15 * 60_000;

/**
 * Runs `work` while no other command does such work in this folder: two that start at once must not install or
 * compile over each other. The second waits, at most `limitMs`, and then looks for itself what is left to do.
 */
export async function alone(root, work, limitMs = defaultLimitMs) {
  const file = join(root, '.warmstart', 'prepare.lock');
  const deadline = performance.now() + limitMs;
  let waiting = false;
  for (;;) {
    const { lock, holder } = await acquireLock(file);
    if (lock !== undefined) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    const minutes = limitMs / 60_000;
    if (!waiting)
      say(
        `waiting for process ${holder.pid}, which installs or builds in this folder (at most ${minutes} minutes)`,
      );
    if (performance.now() > deadline) {
      throw new UserProblem(
        `process ${holder.pid} still installs or builds in this folder after ${minutes} minutes: end it, then start again`,
      );
    }
    waiting = true;
    await delay(100);
  }
}
