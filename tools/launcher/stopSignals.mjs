/**
 * npm passes every Ctrl-C on to the script although the terminal has sent it already: what comes this soon after
 * the first is the same one, not the second Ctrl-C of somebody who does not want to wait.
 */
const sameSignalMs = 500;
const parentLookMs = 250;

/**
 * Calls `onStop` with the reason at the first SIGINT, SIGTERM or SIGHUP, or when npm is gone; `onKill` at every
 * later signal. Gives a function that ends the watch. `source` emits the signals, `now` is a clock in ms.
 */
export function watchStopSignals(
  onStop,
  onKill,
  { source = process, now = () => performance.now(), env = process.env } = {},
) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  let stoppedAt;
  const stop = (reason) => {
    stoppedAt = now();
    onStop(reason);
  };
  const handle = (signal) => {
    if (stoppedAt === undefined) stop(signal);
    else if (now() - stoppedAt > sameSignalMs) onKill();
  };
  for (const signal of signals) source.on(signal, handle);

  // A signal to npm ends npm and the shell between it and the script, but does not reach the script.
  const parent = process.ppid;
  const look = () => {
    if (stoppedAt === undefined && process.ppid !== parent) stop('npm has ended');
  };
  const timer = env.npm_lifecycle_event === undefined ? undefined : setInterval(look, parentLookMs).unref();

  return () => {
    clearInterval(timer);
    for (const signal of signals) source.off(signal, handle);
  };
}
