import { randomUUID } from 'node:crypto';
import type { BlobRequestConditions, BlockBlobClient } from '@azure/storage-blob';
import { ScoringError } from '../errors/scoringError.js';
import { quotedEtag, WRITE_ID_KEY } from './blobFacts.js';
import type { WriteCondition } from './blobStore.js';
import { checkMetadata } from './checkMetadata.js';
import type { OpenBlob } from './openBlob.js';
import { hasStatus, storageFault } from './storageFault.js';
import type { StorageCall, Try } from './tries.js';

export type WriteOutcome = { readonly etag: string } | 'conflict';

/** One try to write, with these metadata and conditions. */
export type WriteAttempt = (
  metadata: Record<string, string>,
  conditions: BlobRequestConditions,
  one: Try,
) => Promise<{ readonly etag?: string }>;

/** Codes of an answer by which the condition of a write does not hold. */
const CONFLICT_CODES = new Set(['BlobAlreadyExists', 'ConditionNotMet', 'TargetConditionNotMet']);

/**
 * Writes a blob under a condition. The write leaves an id in the metadata: when a try may have been carried out though
 * its answer was lost, and the next one meets a conflict, the id tells an own write from a foreign one.
 */
export function conditionalWrite(
  { client, tries }: OpenBlob,
  call: StorageCall,
  options: { readonly when?: WriteCondition; readonly metadata?: Readonly<Record<string, string>> },
  attempt: WriteAttempt,
): Promise<WriteOutcome> {
  const { when } = options;
  checkMetadata(options.metadata ?? {});
  const writeId = randomUUID();
  const metadata = { ...options.metadata, [WRITE_ID_KEY]: writeId };
  return tries.run(call, async (one) => {
    try {
      const { etag } = await attempt(metadata, conditionsOf(when), one);
      return { etag: quotedEtag(etag ?? '') };
    } catch (error) {
      const { status, code } = storageFault(error);
      const lacksBlocks = code === 'InvalidBlockList';
      if (one.number > 1 && (status === 409 || status === 412 || lacksBlocks)) {
        const etag = await findWrite(client, writeId, one);
        if (etag !== undefined) return { etag };
      }
      if (lacksBlocks) {
        throw new ScoringError('SCORE_ERR_STORAGE_CHANGED', `cannot ${call.name}: a block is not there`);
      }
      const isMissing = status === 404 && when !== undefined;
      if (isMissing || (code !== undefined && CONFLICT_CODES.has(code))) return 'conflict';
      throw error;
    }
  });
}

function conditionsOf(when: WriteCondition | undefined): BlobRequestConditions {
  if (when === undefined) return {};
  return when === 'absent' ? { ifNoneMatch: '*' } : { ifMatch: quotedEtag(when.etag) };
}

/** The ETag of the blob when it is the one that this write made. */
async function findWrite(client: BlockBlobClient, writeId: string, one: Try): Promise<string | undefined> {
  try {
    const found = await client.getProperties({ abortSignal: one.signal });
    return found.metadata?.[WRITE_ID_KEY] === writeId ? quotedEtag(found.etag ?? '') : undefined;
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}
