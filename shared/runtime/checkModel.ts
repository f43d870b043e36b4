import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../clock.js';
import { fromErrorMessage, ScoringError } from '../errors/scoringError.js';
import type { SessionPlan } from '../models/modelPlan.js';
import type { CheckRequest, CheckVerdict } from './checkProcess.js';

export interface CheckLimits {
  /** How long opening and the first run may take together. */
  readonly timeoutMs: number;
  /** Resident memory of the check process. */
  readonly memoryMiB: number;
}

const memoryLookMs = 50;

/**
 * Opens and runs a model once in a child process with a deadline and a memory limit, so that a file which crashes,
 * loops for ever or eats the memory never reaches the serving process.
 *
 * `signal` ends the check. Throws SCORE_ERR_MODEL_LOAD where ONNX Runtime refuses the file and SCORE_ERR_MODEL_CHECK for the rest.
 */
export async function checkModel(
  plan: SessionPlan,
  limits: CheckLimits,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const child = fork(path.join(__dirname, 'checkProcess.js'), {
    execArgv: [],
    // the child needs nothing of the environment and must not see its secrets
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  try {
    await verdictOf(child, plan, limits, clock, signal);
  } finally {
    child.kill('SIGKILL');
  }
}

function verdictOf(
  child: ChildProcess,
  plan: SessionPlan,
  limits: CheckLimits,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const callsOff: (() => void)[] = [];
    const settle = (act: () => void) => {
      for (const callOff of callsOff) callOff();
      act();
    };
    const refuse = (why: string) => {
      settle(() => {
        reject(new ScoringError('SCORE_ERR_MODEL_CHECK', `in its check process the model ${why}`));
      });
    };
    const onAbort = () => {
      refuse('was given up, since the app is shutting down');
    };
    signal.addEventListener('abort', onAbort, { once: true });
    callsOff[2] = () => {
      signal.removeEventListener('abort', onAbort);
    };
    callsOff[0] = clock.after(limits.timeoutMs, () => {
      refuse(`did not come back within ${limits.timeoutMs / 1000} s`);
    });
    const watchMemory = () => {
      if (residentMiB(child.pid) > limits.memoryMiB) refuse(`took over ${limits.memoryMiB} MiB of memory`);
      else callsOff[1] = clock.after(memoryLookMs, watchMemory);
    };
    watchMemory();
    child.once('message', (verdict: CheckVerdict) => {
      settle(() => {
        if (verdict.passed) resolve();
        else reject(fromErrorMessage(verdict.error));
      });
    });
    // a failed start can be followed by a second error, of the message that was sent
    child.on('error', (error) => {
      settle(() => {
        reject(error);
      });
    });
    child.once('exit', (code, signal) => {
      refuse(`ended the process (${signal ?? `exit code ${code}`})`);
    });
    const message: CheckRequest = { plan, killAfterMs: limits.timeoutMs + 1000 };
    child.send(message);
  });
}

/** Resident memory of a process; 0 where the platform does not tell. */
function residentMiB(pid: number | undefined): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return (pages * 4096) / 2 ** 20;
  } catch {
    return 0;
  }
}
