import { ScoringError } from '../../errors/scoringError.js';
import type { BlobStore } from '../../storage/blobStore.js';
import type { PublishedFile, PublishedManifest } from './manifest.js';
import type { ModelCache } from './modelCache.js';
import { publishedFileBlob } from './publishedPaths.js';
import { receiveFile } from './receiveFile.js';
import { releasing } from './releasing.js';

/**
 * Brings the files of a published version to this instance and gives their folder. They come in ranges of one state of
 * each blob, and are used only when they are the ones that were checked.
 *
 * Throws SCORE_ERR_MODEL_FILE_INVALID for a file that is not the one that was published, and SCORE_ERR_STORAGE_*.
 */
export async function downloadModel(
  store: BlobStore,
  cache: ModelCache,
  name: string,
  version: string,
  { publishId, files }: Pick<PublishedManifest, 'publishId' | 'files'>,
): Promise<string> {
  const here = await cache.find(publishId, files);
  if (here !== undefined) return here;
  const dir = await cache.begin(publishId);
  try {
    for (const file of files) {
      const pieces = releasing(store.stream(publishedFileBlob(name, version, publishId, file.name)));
      requireSame(file, await receiveFile(dir, file.name, noLongerThan(file, pieces)));
    }
    return await cache.keep(publishId);
  } catch (error) {
    await cache.giveUp(publishId);
    throw error;
  }
}

/** A blob that is larger than it should be must not fill the disk. */
async function* noLongerThan(
  { name, sizeBytes }: PublishedFile,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const piece of pieces) {
    count += piece.length;
    if (count > sizeBytes) throw notTheSame(name, `it has over ${sizeBytes} bytes`);
    yield piece;
  }
}

function requireSame(wanted: PublishedFile, got: PublishedFile): void {
  if (got.sizeBytes !== wanted.sizeBytes) {
    throw notTheSame(wanted.name, `it has ${got.sizeBytes} bytes instead of ${wanted.sizeBytes}`);
  }
  if (got.sha256 !== wanted.sha256) throw notTheSame(wanted.name, 'its SHA-256 differs');
}

const notTheSame = (name: string, why: string) =>
  new ScoringError(
    'SCORE_ERR_MODEL_FILE_INVALID',
    `the stored file '${name}' is not the one that was published: ${why}`,
  );
