import { ScoringError } from '../../errors/scoringError.js';
import { limiter } from '../../limiter.js';
import { failedAnswer } from '../../protocols/consumption/answer.js';
import { releaseBytes } from '../../releaseBytes.js';
import type { BatchContext } from '../batchContext.js';
import type { JobEngine } from '../engine.js';
import type { JobRecord, JobState } from '../job.js';
import { reconcileJob } from '../reconcile.js';
import { lastSignOf } from '../results/jobView.js';
import { shownChunks, type ShownChunks } from '../results/shownChunks.js';
import { isTerminal } from '../state.js';
import type { BatchItems } from './batchItems.js';
import { ItemAnswers, mostAnswerBytes } from './itemAnswers.js';
import { itemsOf } from './itemInput.js';
import { SharedBytes } from './sharedBytes.js';
import { visitRows } from './visitRows.js';

/** The words of the contract; a batch that was cancelled elsewhere has not come to its end. */
const wireStates: Readonly<Record<JobState, string>> = {
  Pending: 'Pending',
  InProgress: 'InProgress',
  Complete: 'Complete',
  Failed: 'Failed',
  Canceled: 'Failed',
};

/** Answers that are put together at once: each may have 16 MiB, and as much again while it grows. */
const putTogether = limiter(2);

/** Those under way and those that somebody still holds, by what they tell. */
const kept = new SharedBytes();

/**
 * The answer about a batch of a service, as JSON text: state, counts, and an answer for each item. Items that are not done
 * have placeholders; with `partial` false there are no answers before the batch has ended, and none that have over
 * 16 MiB, so that whoever waits for the end sees it. Whoever looks at a batch that stands still has it compared with the
 * engine.
 *
 * Throws SCORE_ERR_BATCH_TOO_LARGE for answers over 16 MiB unless `partial` is false, and as `itemsOf` and `visitRows`.
 */
export async function serviceBatchView(
  context: BatchContext,
  engine: JobEngine,
  found: JobRecord,
  partial: boolean,
): Promise<Uint8Array> {
  let shown = await shownChunks(context, found);
  const job = await reconcileJob(context, engine, found, lastSignOf(found, shown));
  if (job !== found) shown = await shownChunks(context, job);
  const items = await itemsOf(context, job);
  const done = items.within(shown?.settlement.rows ?? 0);
  const head = {
    state: wireStates[job.state],
    completedItemCount: done,
    totalItemCount: items.count,
    parallelCount: job.spec.parallelCount,
  };
  const answerWith = (results: Uint8Array) => {
    const before = `${JSON.stringify(head).slice(0, -1)},"batchExecutionResults":`;
    return Buffer.concat([Buffer.from(before), results, Buffer.from('}')]);
  };
  if (!partial && !isTerminal(job.state)) return answerWith(noResults);
  const key = JSON.stringify([job.id, job.createdMs, job.fault, head]);
  try {
    return await kept.get(context.store, key, () =>
      putTogether(async () => {
        const results = await answersOf(context, job, items, shown, done);
        const answer = answerWith(results);
        releaseBytes(results);
        return answer;
      }),
    );
  } catch (error) {
    if (partial || !(error instanceof ScoringError && error.code === 'SCORE_ERR_BATCH_TOO_LARGE'))
      throw error;
    return answerWith(noResults);
  }
}

const noResults = Buffer.from('[]');

async function answersOf(
  context: BatchContext,
  job: JobRecord,
  items: BatchItems,
  shown: ShownChunks | undefined,
  done: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const endRow = items.at(done - 1)?.endRow ?? 0;
  const tooLarge = () => answersTooLarge(job.id, wireStates[job.state], done, items.count);
  // a row is part of the answer as it stands, unless it is one of a frame
  if (shown && !items.hasFrames && bytesBefore(shown, endRow) > mostAnswerBytes) throw tooLarge();
  const resultColumns = shown?.plan.targets[0]?.columns.map(({ name }) => name) ?? [];
  const placeholder = failedAnswer(whyNot(job));
  const answers = new ItemAnswers({ items, done, resultColumns, placeholder, tooLarge });
  if (shown) await visitRows(context, job, shown, endRow, answers);
  return answers.finish();
}

function answersTooLarge(jobId: string, state: string, done: number, count: number): ScoringError {
  const message = `the batch is ${state} with ${done} of ${count} items done, whose results have more than ${mostAnswerBytes} bytes; GET /jobs/${jobId}/results has them in pages and as a file`;
  return new ScoringError('SCORE_ERR_BATCH_TOO_LARGE', message);
}

/** Bytes of the results in the chunks that end within the first rows. */
function bytesBefore({ settlement }: ShownChunks, endRow: number): number {
  let bytes = 0;
  for (const { firstRow, parts } of settlement.chunks) {
    const [part] = parts;
    if (part && firstRow + part.succeeded + part.failed <= endRow) bytes += part.sizeBytes;
  }
  return bytes;
}

/** What is said of an item that is not done: nothing while it can still be. */
function whyNot({ state, fault }: JobRecord): string {
  if (!isTerminal(state)) return '';
  return fault ? `${fault.message} (${fault.code})` : 'the batch was cancelled before this item was done';
}
