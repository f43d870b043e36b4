import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import path from 'node:path';
import type { Clock } from '../clock.js';
import { fromErrorMessage, ScoringError } from '../errors/scoringError.js';
import type { ModelFolder } from '../models/modelFolder.js';
import type { ModelPlan, SessionPlan } from '../models/modelPlan.js';
import type { CheckRequest, CheckSubject, CheckVerdict } from './checkProcess.js';

export interface CheckLimits {
  /** How long opening and the first run may take together. */
  readonly timeoutMs: number;
  /** Resident memory of the check process. */
  readonly memoryMiB: number;
}

const memoryLookMs = 50;

/** For what nobody waits for within milliseconds: calls that are scored meanwhile go first. */
const lowPriority = 10;

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
  await check({ plan }, limits, clock, signal);
}

/**
 * Reads, opens and runs a model of unknown origin once, all in one child process with one deadline and memory limit: its
 * files never enter the serving process. Gives its plan.
 *
 * Throws as `inspectModel` and `checkModel`.
 */
export async function checkFolder(
  folder: ModelFolder,
  limits: CheckLimits,
  clock: Clock,
  signal: AbortSignal,
): Promise<ModelPlan> {
  // the child answers with a plan where it is given a folder
  return (await check({ folder }, limits, clock, signal)) as ModelPlan;
}

async function check(
  subject: CheckSubject,
  limits: CheckLimits,
  clock: Clock,
  signal: AbortSignal,
): Promise<ModelPlan | undefined> {
  signal.throwIfAborted();
  const child = fork(path.join(__dirname, 'checkProcess.js'), {
    execArgv: [],
    // the child needs nothing of the environment and must not see its secrets
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  if ('folder' in subject) lowerPriority(child.pid);
  try {
    return await verdictOf(child, subject, limits, clock, signal);
  } finally {
    child.kill('SIGKILL');
  }
}

function verdictOf(
  child: ChildProcess,
  subject: CheckSubject,
  limits: CheckLimits,
  clock: Clock,
  signal: AbortSignal,
): Promise<ModelPlan | undefined> {
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
        if (verdict.passed) resolve(verdict.plan);
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
    const message: CheckRequest = { subject, killAfterMs: limits.timeoutMs + 1000 };
    child.send(message);
  });
}

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, lowPriority);
  } catch {
    // the platform does not let, or the process is gone
  }
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
