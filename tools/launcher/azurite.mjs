import { join } from 'node:path';
import { waitForAnswers } from './azuriteProbe.mjs';
import { findAzurite, lastWords, spawnAzurite } from './azuriteProcess.mjs';
import { complain, say, UserProblem } from './messages.mjs';
import { restartCounter } from './restarts.mjs';
import { choosePorts } from './storagePorts.mjs';
import { withResolvers } from './withResolvers.mjs';

/** How long one may take: `answer` to answer after its start or, found running, at all; `end` to write its data. */
const defaultLimitsMs = { answer: 20_000, found: 10_000, end: 30_000 };

/** How it ends when it has written everything; of one that was taken over only its end is known. */
const inOrder = new Set(['exit code 0', 'gone']);

/**
 * Brings up Azurite on a data folder that this launcher has locked, and keeps it running. One that a killed launcher
 * left behind is taken over; otherwise one starts, on `fixedPorts` or on ports of its own. Gives, before it answers:
 * `ports`; `ready`, which gives false when it is not going to answer; `problem`, which gives the UserProblem when
 * it cannot be kept running; and `stop`. Throws a UserProblem where it cannot start at all.
 */
export async function keepAzurite({ root, node, dataDir, fixedPorts, limitsMs = defaultLimitsMs }) {
  const left = await findAzurite(dataDir);
  let current = await takeOver(left, dataDir, fixedPorts, limitsMs);
  const ports = fixedPorts ?? (current === undefined ? await choosePorts(left.ports) : left.ports);
  const takenOver = current !== undefined;
  current ??= spawnAzurite({ root, node, dataDir, ports });

  const [ready, problem] = [withResolvers(), withResolvers()];
  const restarts = restartCounter();
  let stopping = false;
  let answers = false;

  const keep = async () => {
    for (let isFirst = true; ; isFirst = false) {
      answers = await waitForAnswers(ports, current.isOver, limitsMs.answer);
      if (!stopping) {
        if (answers) say(describe(ports, current.pid, isFirst && takenOver, dataDir));
        else if (isFirst || !current.isOver()) throw await notStarted(current, dataDir);
        ready.resolve(answers);
      }
      const how = await current.ended;
      if (stopping) return;
      const { count, mayStart } = restarts.ended();
      if (!mayStart)
        throw new UserProblem(
          `storage (Azurite) ended (${how}) for the third time within 30 minutes; stopping`,
        );
      say(
        `storage (Azurite) ended (${how}), ${count} of at most 2 times in 30 minutes; starting it again (what was written in its last seconds may be lost)`,
      );
      current = spawnAzurite({ root, node, dataDir, ports });
    }
  };
  const kept = keep().catch((error) => {
    problem.resolve(error);
    ready.resolve(false);
  });

  return {
    ports,
    ready: ready.promise,
    problem: problem.promise,
    async stop() {
      stopping = true;
      const wasInUse = answers && !current.isOver();
      current.terminate();
      if (!(await isDoneWithin(limitsMs.end, Promise.all([current.ended, kept])))) {
        complain(`storage (Azurite, process ${current.pid}) is still writing; it is left to end by itself`);
      } else if (wasInUse && !inOrder.has(await current.ended)) {
        const words = lastWords(dataDir);
        complain(
          `storage (Azurite) ended with ${await current.ended}; what was written last may be lost${told(words)}`,
        );
      } else say('storage stopped');
    },
  };
}

/** The Azurite that still runs on the data, undefined when there is none (any more). There is never a second one. */
async function takeOver({ process: found, ports }, dataDir, fixedPorts, limitsMs) {
  if (found === undefined) return undefined;
  const answers = ports !== undefined && (await waitForAnswers(ports, found.isOver, limitsMs.found));
  if (found.isOver()) return undefined;
  if (!answers) {
    throw new UserProblem(
      `storage (Azurite, process ${found.pid}) still runs on ${join(dataDir, 'azurite')} but does not answer: end it (kill ${found.pid}), then start again`,
    );
  }
  if (fixedPorts === undefined || samePorts(ports, fixedPorts)) return found;
  found.terminate();
  if (await isDoneWithin(limitsMs.end, found.ended)) return undefined;
  throw new UserProblem(`storage (Azurite, process ${found.pid}) does not end: end it, then start again`);
}

function told(words) {
  return words === undefined ? '' : `: ${words}`;
}

function samePorts(a, b) {
  return Object.entries(a).every(([service, port]) => b[service] === port);
}

/** Azurite that ended before it answered, or that never answers. */
async function notStarted(azurite, dataDir) {
  const isOver = azurite.isOver();
  const how = isOver ? await azurite.ended : 'it does not answer';
  azurite.terminate();
  const words = isOver ? lastWords(dataDir) : undefined;
  return new UserProblem(
    `storage (Azurite) could not start on ${join(dataDir, 'azurite')} (${how})${told(words)}`,
  );
}

/** Whether what ends a process is through in time. The timer also keeps this process alive until then. */
async function isDoneWithin(limitMs, done) {
  const late = withResolvers();
  const timer = setTimeout(() => late.resolve(false), limitMs);
  const isDone = await Promise.race([done.then(() => true), late.promise]);
  clearTimeout(timer);
  return isDone;
}

function describe(ports, pid, takenOver, dataDir) {
  const where = Object.entries(ports).map(([service, port]) => `${port} (${service})`);
  return (
    `storage: Azurite ${takenOver ? 'still ran, taken over: ' : ''}(process ${pid}) on 127.0.0.1, ports ` +
    `${where.join(', ')}; data in ${dataDir}`
  );
}
