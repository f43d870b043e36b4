import { boundedQueue, type Queue } from './boundedQueue.js';

/** The way of a login: first `look`, which throws where it may not go on, then `task`, which hashes the password. */
export type LoginGate = <T>(name: string, look: () => Promise<void>, task: () => Promise<T>) => Promise<T>;

/** Each hash of a password takes 32 MiB and a thread of the thread pool, which has four. */
const hashesAtOnce = 2;
const mostWaiting = 100;
const mostWaitingForName = 20;
/** Looks ask storage alone. */
const looksAtOnce = 16;
const mostWaitingToLook = 200;

/**
 * Logins: of one name one after the other, so that a name has one place in the queue for hashing; what is locked never
 * comes to that queue. Throws SCORE_ERR_QUEUE_FULL.
 */
export function openLoginGate(): LoginGate {
  const looks = boundedQueue(looksAtOnce, mostWaitingToLook, 'too many logins are waiting');
  const hashes = boundedQueue(hashesAtOnce, mostWaiting, 'too many logins are waiting');
  const names = new Map<string, { readonly queue: Queue; calls: number }>();
  return async (name, look, task) => {
    const own = names.get(name) ?? {
      queue: boundedQueue(1, mostWaitingForName, 'too many logins of this name are waiting'),
      calls: 0,
    };
    names.set(name, own);
    own.calls++;
    try {
      return await own.queue(async () => {
        await looks(look);
        return hashes(task);
      });
    } finally {
      own.calls--;
      if (own.calls === 0) names.delete(name);
    }
  };
}
