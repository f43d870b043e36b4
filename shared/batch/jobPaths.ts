import type { BlobAddress } from '../storage/blobStore.js';
import type { StartState } from './lane/chunkTask.js';

/** The container of all that belongs to jobs (design, section 5). */
export const batchesContainer = 'batches';

/** Names of the blobs of one job. */
export class JobPaths {
  readonly #folder: string;

  constructor(jobId: string) {
    this.#folder = `jobs/${jobId}`;
  }

  /** Prefix of all blobs of the job. */
  get folder(): string {
    return `${this.#folder}/`;
  }

  get job(): BlobAddress {
    return this.#at('job.json');
  }

  /** Inputs that were looked into, before they are unpacked. */
  get inputs(): BlobAddress {
    return this.#at('inputs.json');
  }

  get plan(): BlobAddress {
    return this.#at('plan.json');
  }

  get cancel(): BlobAddress {
    return this.#at('cancel');
  }

  get manifest(): BlobAddress {
    return this.#at('manifest.json');
  }

  /** The records that came with the request; named by their hash, so that two requests never share one. */
  body(sha256: string): BlobAddress {
    return this.#at(`body-${sha256.slice(0, 16)}`);
  }

  /** Which rows belong to which item, for jobs of the batch route of a service; named by their hash as the body is. */
  items(sha256: string): BlobAddress {
    return this.#at(`items-${sha256.slice(0, 16)}.json`);
  }

  piece(input: number, piece: number): BlobAddress {
    return this.#at(`unpacked/${digits(input)}/${digits(piece)}`);
  }

  /** Written when all pieces of an input are there. */
  pieceList(input: number): BlobAddress {
    return this.#at(`unpacked/${digits(input)}/pieces.json`);
  }

  get partsPrefix(): string {
    return `${this.#folder}/parts/`;
  }

  part(target: number, chunk: number, start: StartState): BlobAddress {
    return this.#at(`parts/${digits(target)}/${digits(chunk)}-${start}`);
  }

  /** Error rows of a part; the part names them by `id`, so that it never meets those of another try. */
  errors(target: number, chunk: number, start: StartState, id: string): BlobAddress {
    return this.#at(`errors/${digits(target)}/${digits(chunk)}-${start}-${id}`);
  }

  get lanesPrefix(): string {
    return `${this.#folder}/lanes/`;
  }

  lane(phase: string, wave: number, lane: number): BlobAddress {
    return this.#at(`lanes/${phase}-${digits(wave)}-${digits(lane)}`);
  }

  /** One try of a chunk whose lane had died before. */
  attempt(chunk: number, attempt: number): BlobAddress {
    return this.#at(`attempts/${digits(chunk)}-${attempt}`);
  }

  result(fileName: string): BlobAddress {
    return this.#at(`results/${fileName}`);
  }

  #at(name: string): BlobAddress {
    return { container: batchesContainer, name: `${this.#folder}/${name}` };
  }
}

/** Six digits, so that names sort as numbers. */
const digits = (value: number) => String(value).padStart(6, '0');
