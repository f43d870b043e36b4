/** The real host gives up at the third end of its worker process; older ends than this do not count. */
const windowMs = 30 * 60 * 1000;
const limit = 3;

/** Counts how often the serving process ended, as the Functions host does. */
export function restartCounter(now = () => performance.now()) {
  const ends = [];
  return {
    /** Notes one end. Gives how many there were within 30 minutes and whether the process may start again. */
    ended() {
      ends.push(now());
      while (now() - ends[0] > windowMs) ends.shift();
      return { count: ends.length, mayStart: ends.length < limit };
    },
  };
}
