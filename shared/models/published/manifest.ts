import { z } from 'zod';
import { ScoringError } from '../../errors/scoringError.js';
import type { BlobStore } from '../../storage/blobStore.js';
import type { ModelPlan } from '../modelPlan.js';
import { isModelFile } from './modelFiles.js';
import { manifestBlob } from './publishedPaths.js';

/** A file of a published model, under its name beside the graph. */
export interface PublishedFile {
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What is known of a model without its files, so that it can be listed and described before they are fetched. */
export type PlanFacts = Omit<ModelPlan, 'name' | 'version' | 'dir' | 'stamp' | 'createdMs' | 'publishedBy'>;

/**
 * `models/<name>/<version>/manifest.json`, written last: a version without it is not there, and one that has it never
 * changes. Its files are in a folder of their own for each publish, so that two publishes never overwrite each other.
 */
export interface PublishedManifest {
  readonly format: typeof manifestFormat;
  readonly publishId: string;
  readonly owner: string;
  readonly createdMs: number;
  /** Version of ONNX Runtime under which the model was opened and run. */
  readonly onnxruntime: string;
  readonly files: readonly PublishedFile[];
  readonly plan: PlanFacts;
}

/** Changes with the meaning of what is stored; others are not served. */
export const manifestFormat = 1;

/** Larger ones would hold up the thread that parses them. */
export const mostManifestBytes = 2 * 2 ** 20;

/** What leads to places on disk and in storage is checked; the plan is taken as this product wrote it. */
const manifestSchema = z.object({
  format: z.literal(manifestFormat),
  publishId: z.uuid(),
  owner: z.string(),
  createdMs: z.number(),
  onnxruntime: z.string(),
  files: z.array(
    z.object({
      name: z.string().refine(isModelFile),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      sizeBytes: z.number().int().nonnegative(),
    }),
  ),
  plan: z.looseObject({ key: z.string(), sha256: z.string(), signature: z.looseObject({}) }),
});

/** A manifest as it is stored. */
export interface StoredManifest {
  readonly etag: string;
  /** Undefined for one that this app cannot read. */
  readonly manifest: PublishedManifest | undefined;
}

/** Finds the manifest of a version; undefined when the version is not published. Throws as `BlobStore.read`. */
export async function findManifest(
  store: BlobStore,
  name: string,
  version: string,
): Promise<StoredManifest | undefined> {
  const found = await store.read(manifestBlob(name, version));
  if (!found) return undefined;
  const { etag } = found.facts;
  try {
    return { etag, manifest: parseManifest(found.bytes) };
  } catch {
    return { etag, manifest: undefined };
  }
}

/** The manifest in a blob. Throws SCORE_ERR_MODEL_FILE_INVALID for one that this app cannot read. */
export function parseManifest(bytes: Uint8Array): PublishedManifest {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw unreadable('it is not JSON');
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data as unknown as PublishedManifest;
  const key = parsed.error.issues[0]?.path.join('.') ?? '';
  throw unreadable(key === 'format' ? 'it was published by another release' : `its key ${key} is not valid`);
}

const unreadable = (why: string) =>
  new ScoringError('SCORE_ERR_MODEL_FILE_INVALID', `the manifest of the version cannot be read: ${why}`);
