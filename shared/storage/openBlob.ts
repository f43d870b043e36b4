import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import type { Clock } from '../clock.js';
import type { BlobAddress } from './blobStore.js';
import type { Tries } from './tries.js';

/** A blob with what calls about it need. */
export interface OpenBlob {
  readonly blob: BlobAddress;
  readonly client: BlockBlobClient;
  readonly container: ContainerClient;
  readonly tries: Tries;
  readonly clock: Clock;
}
