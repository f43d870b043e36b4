import { parentPort } from 'node:worker_threads';
import { ScoringError, toErrorMessage } from '../errors/scoringError.js';
import type { SessionPlan } from '../models/modelPlan.js';
import type { Codec, NamedTensors, SessionRun } from '../protocols/codec.js';
import { codecs } from '../protocols/codecs.js';
import { ChunkWork } from './chunkWork.js';
import { filledRuns } from './filledRuns.js';
import { handedOver, type FromWorker, type ScoreDone, type ScoreJob, type ToWorker } from './messages.js';
import { OpenSessions } from './openSessions.js';
import type { Session } from './session.js';

// Entry point of a scoring thread: takes messages in order, one at a time, and answers in batches. A chunk of a batch job
// is worked on beside them, whenever no message is left.

/** Answers wait at most this long for others that are nearly ready, so that one message carries several. */
const flushAfterMs = 0.2;

const port = parentPort;
if (!port) throw new Error('shared/runtime/worker is the entry point of a worker thread');

const sessions = new OpenSessions((text) => {
  send({ type: 'log', text });
});
const inbox: ToWorker[] = [];
const utf8 = new TextEncoder();
let arrived = 0;
let busy = false;
let isClosing = false;
let worked = Promise.resolve();
let results: ScoreDone[] = [];
let lastFlushMs = 0;

port.on('message', (message: ToWorker) => {
  arrived++;
  inbox.push(message);
  if (!busy) worked = work();
});

const chunkWork = new ChunkWork({
  sessions,
  arrived: () => arrived,
  served: () => worked,
  onEnd: (message, transfer) => {
    send(message, transfer);
    if (isClosing) void close();
  },
});

async function work(): Promise<void> {
  busy = true;
  lastFlushMs = performance.now();
  for (let message = inbox.shift(); message; message = inbox.shift()) {
    if (!('type' in message)) await scoreAll(message);
    else {
      flush();
      if (message.type === 'load') await load(message.session, message.plan);
      else if (message.type === 'unload') await sessions.unload(message.session);
      else if (message.type === 'chunk') chunkWork.begin(message);
      else if (message.type === 'stopChunk') chunkWork.stop(message.chunk);
      else await close();
    }
  }
  flush();
  busy = false;
}

async function scoreAll(jobs: readonly ScoreJob[]): Promise<void> {
  for (const job of jobs) {
    results.push(await score(job));
    if (performance.now() - lastFlushMs > flushAfterMs) flush();
  }
}

async function score([id, session, name, version, codec, body]: ScoreJob): Promise<ScoreDone> {
  const start = performance.now();
  let decoded = start;
  let ran = start;
  let rows = 0;
  let outcome: ScoreDone[5];
  try {
    const loaded = sessions.get(session);
    if (!loaded) throw new ScoringError('SCORE_ERR_MODEL_LOADING', `model '${name}' is not loaded`);
    const form: Codec<string | Uint8Array> = codecs[codec];
    const request = form.decode(body, { name, version, signature: loaded.signature });
    rows = request.rows;
    decoded = ran = performance.now();
    const { session: runner } = loaded;
    const outputs = await (request.runRows === undefined
      ? runner.run(request.feeds, request.fetches)
      : filledRuns(runner, request, rows, request.runRows));
    const further = request.secondRun?.(outputs);
    const second = further && (await outputsOrFault(loaded.session, further));
    ran = performance.now();
    const answer = request.encode(outputs, second);
    // not a Buffer: a view of the shared pool would be copied with all of the pool
    outcome = typeof answer === 'string' ? utf8.encode(answer) : answer;
  } catch (error) {
    outcome = toErrorMessage(error);
  }
  return [id, rows, decoded - start, ran - decoded, performance.now() - ran, outcome];
}

/** What a run gives that an answer can do without. */
async function outputsOrFault(
  session: Pick<Session, 'run'>,
  { feeds, fetches }: SessionRun,
): Promise<NamedTensors | ScoringError> {
  try {
    return await session.run(feeds, fetches);
  } catch (error) {
    if (error instanceof ScoringError) return error;
    throw error;
  }
}

function flush(): void {
  lastFlushMs = performance.now();
  if (results.length === 0) return;
  send(results, handedOver(results.map((result) => result[5])));
  results = [];
}

async function load(session: number, plan: SessionPlan): Promise<void> {
  try {
    await sessions.open(session, plan);
    send({ type: 'loaded', session });
  } catch (error) {
    send({ type: 'loaded', session, error: toErrorMessage(error) });
  }
}

/** A chunk that is under way is given up first. */
async function close(): Promise<void> {
  isClosing = true;
  chunkWork.stop();
  if (chunkWork.isActive) return;
  await sessions.unloadAll();
  port?.close();
}

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}
