import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { Catalog } from '../models/catalog.js';
import type { ModelFolder } from '../models/modelFolder.js';
import type { ModelPlan } from '../models/modelPlan.js';
import type { ModelCache } from '../models/published/modelCache.js';
import type { PublishedModels } from '../models/published/publishedModels.js';
import type { Settings } from '../settings.js';
import type { BlobStore } from '../storage/blobStore.js';
import type { PublishQueue } from './publishQueue.js';

/** What publishing works with; part of the services of the process. */
export interface PublishContext {
  store(): BlobStore;
  readonly catalog: Catalog;
  readonly published: PublishedModels;
  readonly cache: ModelCache;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** Version of the ONNX Runtime under which models are checked. */
  readonly ortVersion: string;
  readonly queue: PublishQueue;
  /** Reads, opens and runs a model in a process of its own. Throws SCORE_ERR_MODEL_*. */
  check(folder: ModelFolder): Promise<ModelPlan>;
}
