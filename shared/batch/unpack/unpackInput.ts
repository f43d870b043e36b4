import type { BlobAddress } from '../../storage/blobStore.js';
import type { BatchContext } from '../batchContext.js';
import type { JobFault } from '../job.js';
import { JobPaths } from '../jobPaths.js';
import { readJob } from '../jobStore.js';
import { writeJsonBlob } from '../../storage/jsonBlob.js';
import { asInputFault, jobFaultOf } from '../jobFaults.js';
import { JobCanceled, watchCancel } from '../lane/watchCancel.js';
import { readDraft } from '../plan/draft.js';
import type { PlanPiece } from '../plan/plan.js';
import { isTerminal } from '../state.js';
import { BrokenText } from './brokenText.js';
import { unpackPieces } from './unpackPieces.js';
import { pieceLayout } from './unpackPlan.js';

export interface UnpackStep {
  readonly jobId: string;
  readonly input: number;
}

export interface UnpackAnswer {
  readonly over?: true;
  readonly fault?: JobFault;
}

/** The pieces of an input, written when all of them are there: `unpacked/<input>/pieces.json`. */
export interface PieceList {
  readonly pieces: readonly PlanPiece[];
  readonly layout: ReturnType<typeof pieceLayout>;
  /** Why reading the input ended early: what is before stands. */
  readonly fault?: JobFault;
}

/**
 * Unpacks one input into record-aligned pieces. Pieces are the same whenever they are made, so a repeat passes over those
 * that are there. Throws errors of storage, which a repeat may cure.
 */
export async function unpackInput(
  context: BatchContext,
  { jobId, input }: UnpackStep,
): Promise<UnpackAnswer> {
  const { store, clock } = context;
  const paths = new JobPaths(jobId);
  const job = await readJob(store, jobId);
  const draft = job && !isTerminal(job.state) ? await readDraft(store, jobId) : undefined;
  const drafted = draft?.inputs[input];
  if (!drafted?.unpack) return { over: true };
  const how = drafted.unpack;
  const stop = new AbortController();
  const endWatch = watchCancel(store, paths.cancel, clock, () => {
    stop.abort(new JobCanceled());
  });
  const pieces: PlanPiece[] = [];
  const layout = pieceLayout(how);
  try {
    const { blob, etag } = drafted.planned;
    const source = store.stream(blob, { ifMatch: etag, signal: stop.signal });
    for await (const { bytes } of unpackPieces(source, how)) {
      stop.signal.throwIfAborted();
      pieces.push(await writePiece(context, paths.piece(input, pieces.length), bytes));
    }
    await writeJsonBlob(store, paths.pieceList(input), { pieces, layout } satisfies PieceList);
    return {};
  } catch (thrown) {
    if (thrown instanceof JobCanceled) return { over: true };
    const fault = jobFaultOf(asInputFault(thrown, drafted.planned.name));
    if (!fault) throw thrown;
    // a fault of the text has a place, and the records before it are scored
    if (!(thrown instanceof BrokenText)) return { fault };
    await writeJsonBlob(store, paths.pieceList(input), { pieces, layout, fault } satisfies PieceList);
    return {};
  } finally {
    endWatch();
  }
}

/** Writes a piece, or finds the one that an earlier try has written. */
async function writePiece({ store }: BatchContext, blob: BlobAddress, bytes: Uint8Array): Promise<PlanPiece> {
  const written = await store.put(blob, bytes, { when: 'absent' });
  if (written !== 'conflict') return { blob, etag: written.etag, sizeBytes: bytes.length };
  const found = await store.find(blob);
  if (found?.sizeBytes === bytes.length) return { blob, etag: found.etag, sizeBytes: bytes.length };
  throw new Error('a piece of an unpacked input was changed meanwhile');
}
