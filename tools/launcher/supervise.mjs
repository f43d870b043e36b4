import { restartCounter } from './restarts.mjs';
import { complain, say } from './messages.mjs';
import { startServingProcess } from './servingProcess.mjs';
import { watchStopSignals } from './stopSignals.mjs';
import { withResolvers } from './withResolvers.mjs';

/** What runs at a stop signal may still be answered for so long. */
const defaultGraceMs = 5000;

/**
 * Keeps the serving process running until a signal ends it; gives the exit code of the launcher.
 * `launch` is what startServingProcess takes; `onChange` hears of `{ pid, port }` when they become known. When it
 * throws, the serving process is ended first. `problem` gives an error that ends both and is thrown. `watch` takes a
 * function that replaces the serving process gently, and gives one that ends the watch; under it a process that may
 * not start again waits for the next change. `now` is the clock in ms that tells one signal from the next.
 */
export async function supervise(launch, onChange, { graceMs = defaultGraceMs, now, problem, watch } = {}) {
  let restarts = restartCounter();
  let { options } = launch;
  let current;
  let stopping = false;
  let killed = false;
  let fault;
  let replacement = withResolvers();
  let replacing;
  const drain = () => {
    current?.drain(graceMs);
    replacement.resolve();
  };
  const unwatchSignals = watchStopSignals(
    (reason) => {
      stopping = true;
      say(`${reason}: answering what is running (at most ${graceMs / 1000} s), then stopping`);
      drain();
    },
    () => {
      killed = true;
      current.kill();
    },
    { now },
  );
  void problem?.then((error) => {
    stopping = true;
    fault = error;
    drain();
  });
  const unwatchChanges = watch?.(() => {
    replacing = true;
    drain();
  });

  try {
    let wasReady = false;
    for (;;) {
      replacing = false;
      replacement = withResolvers();
      current = startServingProcess({ ...launch, options });
      onChange({ pid: current.pid, port: null });
      const port = await current.ready;
      if (port !== undefined) {
        wasReady = true;
        onChange({ pid: current.pid, port });
        options = { ...options, port, restarted: true }; // a free port, once found, stays
      }
      const end = await current.ended;
      if (!stopping && !replacing && !mayStartAgain(end, port !== undefined, restarts)) {
        if (watch === undefined || !wasReady) return 1;
        say('waiting for a change');
        await replacement.promise;
        restarts = restartCounter();
      }
      if (stopping) break;
    }
    if (fault !== undefined) throw fault;
    say(killed ? 'killed' : 'stopped');
    return 0;
  } catch (error) {
    current?.drain(0);
    await current?.ended;
    throw error;
  } finally {
    unwatchSignals();
    unwatchChanges?.();
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
  else
    complain(
      `the serving process ended (${how}) for the third time within 30 minutes; not starting it again`,
    );
  return mayStart;
}

function describeEnd({ code, signal, error }) {
  if (error !== undefined) return error.message;
  return signal === null ? `exit code ${code}` : signal;
}
