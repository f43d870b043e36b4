import { BatchResponse, type BatchState } from './batchResponse.js';
import type { CallOptions } from './deadline.js';
import { folderWriter } from './files.js';
import { InputError } from './inputError.js';
import type { JsonObject } from './records.js';
import { segment } from './segment.js';
import type { ServerCalls } from './serverCalls.js';
import { MLServerError } from './mlServerError.js';

/** What a batch that has not been started will send. */
export interface BatchPlan {
  readonly items: () => Promise<readonly JsonObject[]>;
  readonly parallelCount: number;
}

/** The execution of a service over many records, in the background. */
export class Batch {
  readonly #calls: ServerCalls;
  /** `/api/<name>/<version>/batch`. */
  readonly #path: string;
  readonly #plan: BatchPlan | undefined;
  #id: string | undefined;
  #starting: Promise<string> | undefined;

  /** Made by `Service.batch` with a plan, and by `Service.getBatch` with the id of an execution. */
  constructor(calls: ServerCalls, path: string, from: BatchPlan | { readonly executionId: string }) {
    this.#calls = calls;
    this.#path = path;
    if ('executionId' in from) this.#id = from.executionId;
    else this.#plan = from;
  }

  /** Names the execution on the server; undefined until it has been started. */
  get executionId(): string | undefined {
    return this.#id;
  }

  /** Starts the execution; a second start does nothing. Throws an InputError for records that cannot be sent. */
  async start(options: CallOptions = {}): Promise<this> {
    if (this.#id !== undefined || !this.#plan) return this;
    this.#starting ??= this.#started(this.#plan, options).finally(() => (this.#starting = undefined));
    this.#id = await this.#starting;
    return this;
  }

  /** How far the execution is, with the results that there are; with `false` those of an execution that has ended. */
  async results(showPartialResults = true, options: CallOptions = {}): Promise<BatchResponse> {
    const path = `${this.#execution}?showPartialResults=${showPartialResults}`;
    return new BatchResponse(await this.#calls.json({ method: 'GET', path }, options));
  }

  /** The state alone. */
  async state(options: CallOptions = {}): Promise<BatchState> {
    return (await this.results(false, options)).state;
  }

  /** The result of one record, counted from 0. Throws an InputError for one that there is not. */
  async execution(index: number, options: CallOptions = {}): Promise<ReturnType<BatchResponse['execution']>> {
    return (await this.results(true, options)).execution(index);
  }

  /** Names of the files that were made for a record. */
  async listArtifacts(index: number, options: CallOptions = {}): Promise<readonly string[]> {
    const names = await this.#calls.json({ method: 'GET', path: this.#files(index) }, options);
    return (names ?? []) as readonly string[];
  }

  /** The content of a file that was made for a record. */
  async artifact(index: number, fileName: string, options: CallOptions = {}): Promise<Uint8Array> {
    const path = `${this.#files(index)}/${segment('fileName', fileName)}`;
    return this.#calls.bytes({ method: 'GET', path }, options);
  }

  /**
   * Writes a file of a record, or all of them, to a folder that must be there, the working folder unless given; files of
   * the same name are replaced. Gives their paths. Node alone.
   */
  async download(
    index: number,
    fileName?: string,
    dest?: string,
    options: CallOptions = {},
  ): Promise<readonly string[]> {
    const write = await folderWriter(dest);
    const names = fileName === undefined ? await this.listArtifacts(index, options) : [fileName];
    const paths: string[] = [];
    for (const name of names) paths.push(await write(name, await this.artifact(index, name, options)));
    return paths;
  }

  /** Stops the execution and removes it with its results. */
  async cancel(options: CallOptions = {}): Promise<this> {
    await this.#calls.text({ method: 'DELETE', path: this.#execution }, options);
    return this;
  }

  async #started({ items, parallelCount }: BatchPlan, options: CallOptions): Promise<string> {
    const path = `${this.#path}?parallelCount=${parallelCount}`;
    const answer = await this.#calls.json({ method: 'POST', path, json: await items() }, options);
    // two spellings are on the wire: that of the old clients and that of the old document
    const { batchExecutionId, BatchExecutionId } = (answer ?? {}) as Record<string, unknown>;
    const id = batchExecutionId ?? BatchExecutionId;
    if (typeof id === 'string') return id;
    throw new MLServerError('the start was answered without batchExecutionId', { status: 202, body: answer });
  }

  get #execution(): string {
    if (this.#id === undefined) throw new InputError('the batch has not been started');
    return `${this.#path}/${segment('executionId', this.#id)}`;
  }

  #files(index: number): string {
    if (Number.isSafeInteger(index) && index >= 0) return `${this.#execution}/${index}/files`;
    throw new InputError(`index: expected a whole number from 0 on, got ${index}`);
  }
}
