import { fork } from 'node:child_process';
import { withResolvers } from './withResolvers.mjs';

/** After the grace period the child has a second to write its last answers; later only native code holds it. */
const killAfterGraceMs = 2000;

/**
 * Starts the serving process; `env` is added to the environment. `ready` gives its port, or undefined when it ended first; `ended` gives how it
 * ended, with the message of a child that could not start through the user's fault.
 */
export function startServingProcess({ node, nodeArguments, script, options, env, cwd }) {
  const child = fork(script, [JSON.stringify(options)], {
    cwd,
    env: { ...process.env, ...env },
    execPath: node,
    execArgv: nodeArguments,
    // In a process group of its own, Ctrl-C in the terminal does not reach it. On Windows that would open a
    // console window; there the child ignores Ctrl-C.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let failure;
  let killTimer;
  let over = false;

  const ready = withResolvers();
  const ended = withResolvers();
  child.on('message', (message) => {
    if (message.type === 'ready') ready.resolve(message.port);
    if (message.type === 'failed') failure = message.message;
  });
  const kill = () => {
    // the whole group: the processes that check models may outlive the one that started them
    if (process.platform === 'win32') child.kill('SIGKILL');
    else if (child.pid !== undefined) killGroup(child.pid);
  };
  const finish = (how) => {
    over = true;
    clearTimeout(killTimer);
    if (process.platform !== 'win32') kill();
    ready.resolve(undefined);
    ended.resolve({ ...how, failure });
  };
  child.once('error', (error) => finish({ code: null, signal: null, error }));
  child.once('exit', (code, signal) => finish({ code, signal }));

  return {
    pid: child.pid,
    ready: ready.promise,
    ended: ended.promise,
    kill,
    /** Asks for the end: what runs gets `graceMs`, then the process is killed if it does not end itself. */
    drain(graceMs) {
      if (over) return;
      // a child that is just ending has closed the channel: its end is what was asked for
      if (child.connected) child.send({ type: 'drain', graceMs }, () => undefined);
      killTimer ??= setTimeout(kill, graceMs + killAfterGraceMs);
    },
  };
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // nobody is left; macOS says EPERM where only the ended leader is
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
  }
}
