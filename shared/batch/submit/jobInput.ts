import type { JobInput } from '../job.js';
import { firstRepeat } from './firstRepeat.js';
import type { DescribedInput } from './jobSchema.js';
import { modelUploadsFolder } from '../uploads/uploadRecord.js';
import { optionError } from './optionError.js';

/** The container that jobs read from where they name none. */
export const uploadsContainer = 'uploads';

/** An input that lies in the data account. */
export type BlobInput = Exclude<JobInput, { readonly kind: 'body' }>;

/**
 * The blobs that a job description names: one of `blob`, `blobs`, `prefix` (with or without `pattern`), in `uploads` or
 * one of `containers`. An empty prefix takes the whole container. Whether the caller may read them is looked at when the
 * job is planned. Throws SCORE_ERR_JOB_OPTION that names the key.
 */
export function buildInput(input: DescribedInput, containers: readonly string[]): BlobInput {
  const { blob, blobs, prefix, pattern, container = uploadsContainer } = input;
  const ways = Object.entries({ blob, blobs, prefix }).filter(([, value]) => value !== undefined);
  if (ways.length !== 1) {
    const got = ways.length === 0 ? 'none' : ways.map(([key]) => key).join(' and ');
    throw optionError('/input', `expected one of blob, blobs and prefix, got ${got}`);
  }
  if (container !== uploadsContainer && !containers.includes(container)) {
    throw optionError('/input/container', 'expected a container that jobs may read');
  }
  const [named] = container === uploadsContainer ? ways.filter(([, value]) => namesModel(value)) : [];
  if (named) throw optionError(`/input/${named[0]}`, 'files of models are no input of jobs');
  if (prefix !== undefined) {
    return { kind: 'prefix', container, prefix, ...(pattern === undefined ? {} : { pattern }) };
  }
  if (pattern !== undefined) throw optionError('/input/pattern', 'belongs to prefix');
  const names = blob === undefined ? (blobs ?? []) : [blob];
  const repeated = firstRepeat(names);
  if (repeated >= 0) throw optionError(`/input/blobs/${repeated}`, 'the blob is there twice');
  return { kind: 'blobs', container, names };
}

const namesModel = (value: string | readonly string[] | undefined) =>
  [value ?? []].flat().some((name) => name.startsWith(modelUploadsFolder));

/** What tells of the format of an input before it is looked into: its names, or its pattern. */
export function namesOf(input: BlobInput): readonly string[] {
  return input.kind === 'blobs' ? input.names : [input.pattern ?? input.prefix];
}
