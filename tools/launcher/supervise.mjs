import { restartCounter } from './restarts.mjs';
import { complain, say } from './messages.mjs';
import { startServingProcess } from './servingProcess.mjs';
import { watchStopSignals } from './stopSignals.mjs';

/** What runs at a stop signal may still be answered for so long. */
const defaultGraceMs = 5000;

/**
 * Keeps the serving process running until a signal ends it; gives the exit code of the launcher.
 * `launch` is what startServingProcess takes; `onChange` hears of `{ pid, port }` when they become known. When it
 * throws, the serving process is ended first. `now` is the clock in ms that tells one signal from the next.
 */
export async function supervise(launch, onChange, { graceMs = defaultGraceMs, now } = {}) {
  const restarts = restartCounter();
  let { options } = launch;
  let current;
  let stopping = false;
  let killed = false;
  const unwatch = watchStopSignals(
    (reason) => {
      stopping = true;
      say(`${reason}: answering what is running (at most ${graceMs / 1000} s), then stopping`);
      current.drain(graceMs);
    },
    () => {
      killed = true;
      current.kill();
    },
    { now },
  );

  try {
    for (;;) {
      current = startServingProcess({ ...launch, options });
      onChange({ pid: current.pid, port: null });
      const port = await current.ready;
      if (port !== undefined) {
        onChange({ pid: current.pid, port });
        options = { ...options, port, restarted: true }; // a free port, once found, stays
      }
      const end = await current.ended;
      if (stopping) {
        say(killed ? 'killed' : 'stopped');
        return 0;
      }
      if (!mayStartAgain(end, port !== undefined, restarts)) return 1;
    }
  } catch (error) {
    current?.drain(0);
    await current?.ended;
    throw error;
  } finally {
    unwatch();
  }
}

/** Says in one line how the process ended and decides whether it is started again. */
function mayStartAgain(end, wasReady, restarts) {
  if (end.failure !== undefined) {
    complain(end.failure);
    return false;
  }
  const how = describeEnd(end);
  // ending by exit code before it was ready is a fault of the start that the next start would meet again
  if (!wasReady && end.signal === null) {
    complain(`the serving process did not start (${how}); its output is above`);
    return false;
  }
  const { count, mayStart } = restarts.ended();
  if (mayStart)
    say(`the serving process ended (${how}), ${count} of at most 2 times in 30 minutes; starting it again`);
  else complain(`the serving process ended (${how}) for the third time within 30 minutes; stopping`);
  return mayStart;
}

function describeEnd({ code, signal, error }) {
  if (error !== undefined) return error.message;
  return signal === null ? `exit code ${code}` : signal;
}
