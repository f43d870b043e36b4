import type { BusboyFileStream, BusboyInstance } from '@fastify/busboy';
import type { Clock } from '../clock.js';
import { ScoringError } from '../errors/scoringError.js';
import { shownName } from '../errors/shownName.js';
import type { PublishedFile } from '../models/published/manifest.js';
import { receiveFile } from '../models/published/receiveFile.js';
import {
  fileNameFault,
  formFault,
  graphFile,
  isSameFile,
  mostDescriptionBytes,
  mostFiles,
  requireDescription,
  requireOperationId,
  type PublishForm,
} from './publishForm.js';

/** Parsed in one turn of the event loop. */
const sliceBytes = 256 * 1024;

/** Writing 64 MiB to a slow disk takes less. */
const receiveMs = 120_000;

const limits = {
  fieldSize: mostDescriptionBytes + 1,
  fields: 4,
  files: mostFiles,
  parts: mostFiles + 4,
  headerPairs: 20,
  headerSize: 8 * 1024,
};

/**
 * Reads multipart/form-data into files of `dir`, with turns of the event loop in between: the part `model` is the graph,
 * whatever its file name; parts `files`, and parts named like their file, are files beside it; `description` and
 * `operationId` are texts. Nothing else is taken.
 *
 * Throws SCORE_ERR_PUBLISH_FORM, SCORE_ERR_SERVICE_SCRIPT for files that are code. Files that were begun stay in `dir`.
 */
export async function receiveMultipart(
  body: Uint8Array,
  contentType: string,
  dir: string,
  clock: Clock,
): Promise<PublishForm> {
  const receiver = new FormReceiver(dir);
  const parser = await openParser(contentType);
  // a part without a name has none here either, whatever the types of the parser say
  parser.on('file', (partName: string | undefined, stream, fileName: string | undefined) => {
    receiver.file(partName, stream, fileName);
  });
  parser.on('field', (partName: string | undefined, value, _isNameCut, isCut) => {
    receiver.field(partName ?? '', value, isCut);
  });
  parser.on('partsLimit', () => {
    receiver.refuse(formFault(`expected at most ${mostFiles} files and ${limits.fields} fields`));
  });
  parser.on('filesLimit', () => {
    receiver.refuse(formFault(`expected at most ${mostFiles} files`));
  });
  parser.on('fieldsLimit', () => {
    receiver.refuse(formFault(`expected at most ${limits.fields} fields`));
  });
  // whatever is sent, the parser must come to an end: a publish that stands still would hold up the others
  const callOff = clock.after(receiveMs, () => {
    receiver.refuse(formFault(`the multipart body was not read within ${receiveMs / 1000} s`));
  });
  parser.on('error', () => {
    receiver.refuse(cutShort());
  });
  try {
    await feed(parser, body, receiver.signal);
  } finally {
    callOff();
    parser.destroy();
  }
  return receiver.form();
}

/**
 * Hands the body over and waits for the parser's end. Not by a pipeline: the parser tells its end at the closing boundary,
 * which may come early, and never again.
 */
async function feed(parser: BusboyInstance, body: Uint8Array, signal: AbortSignal): Promise<void> {
  const refused = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  const finished = new Promise<void>((resolve) => {
    parser.once('finish', resolve);
  });
  for (let from = 0; from < body.length && !signal.aborted; from += sliceBytes) {
    const slice = body.subarray(from, from + sliceBytes);
    const written = new Promise<void>((resolve) => {
      parser.write(slice, () => {
        resolve();
      });
    });
    await Promise.race([written, refused]);
    await new Promise(setImmediate);
  }
  if (signal.aborted) return;
  parser.end();
  await Promise.race([finished, refused]);
}

async function openParser(contentType: string): Promise<BusboyInstance> {
  // not above: a start of the app has no use for it
  const { Busboy } = await import('@fastify/busboy');
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits, preservePath: true });
  } catch {
    throw formFault('expected multipart/form-data with a boundary');
  }
}

const cutShort = () => formFault('the multipart body is cut short or has no end');

/** Takes the parts of a form; the first fault counts. */
class FormReceiver {
  readonly #dir: string;
  readonly #names: string[] = [];
  readonly #receiving: Promise<PublishedFile | undefined>[] = [];
  readonly #streams = new Set<BusboyFileStream>();
  readonly #fields = new Map<string, string>();
  readonly #ending = new AbortController();
  #fault: ScoringError | undefined;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Aborted by the first fault. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  refuse(fault: ScoringError): void {
    this.#fault ??= fault;
    // what is being written ends, whatever the parser still has
    for (const stream of this.#streams) stream.destroy();
    this.#ending.abort();
  }

  file(partName: string | undefined, stream: BusboyFileStream, fileName: string | undefined): void {
    // the parser tells it of a body that ends within the part, also when nobody listens any more
    stream.on('error', () => undefined);
    const name = partName === 'model' ? graphFile : (fileName ?? '');
    const fault = this.#fault ?? partFault(partName, fileName) ?? this.#repeatFault(name);
    if (fault) {
      stream.resume();
      this.refuse(fault);
      return;
    }
    this.#names.push(name);
    this.#streams.add(stream);
    this.#receiving.push(
      receiveFile(this.#dir, name, stream as AsyncIterable<Uint8Array>)
        .catch((error: unknown) => {
          if (!this.#fault) this.refuse(error instanceof ScoringError ? error : unwritten(error));
          return undefined;
        })
        .finally(() => this.#streams.delete(stream)),
    );
  }

  field(name: string, value: string, isCut: boolean): void {
    if (this.#fault) return;
    const isKnown = name === 'description' || name === 'operationId';
    if (!isKnown) this.refuse(fieldFault(name));
    else if (this.#fields.has(name)) this.refuse(formFault(`the field ${name} comes twice`));
    else if (isCut) this.refuse(formFault(`the field ${name} is too long`));
    else this.#fields.set(name, value);
  }

  /** Throws the first fault. */
  async form(): Promise<PublishForm> {
    const received = await Promise.all(this.#receiving);
    if (this.#fault) throw this.#fault;
    const files = received.filter((file) => file !== undefined);
    const description = this.#fields.get('description');
    const operationId = this.#fields.get('operationId');
    if (description !== undefined) requireDescription(description);
    if (operationId !== undefined) requireOperationId(operationId);
    return {
      files,
      ...(description === undefined ? {} : { description }),
      ...(operationId === undefined ? {} : { operationId }),
    };
  }

  #repeatFault(name: string): ScoringError | undefined {
    const isRepeat = this.#names.some((known) => isSameFile(known, name));
    return isRepeat ? formFault(`the file '${shownName(name)}' comes twice`) : undefined;
  }
}

function partFault(partName: string | undefined, fileName: string | undefined): ScoringError | undefined {
  const isKnown =
    partName === 'model' || partName === 'files' || partName === 'file' || partName === fileName;
  const name = fileName ?? (partName === 'model' ? graphFile : '');
  const fault = fileNameFault(name);
  // the graph may come under any name but that of code
  if (partName === 'model') return fault?.code === 'SCORE_ERR_SERVICE_SCRIPT' ? fault : undefined;
  if (fault) return fault;
  if (isKnown) return undefined;
  return formFault(`there is no part '${shownName(partName ?? '')}': files beside the model come as 'files'`);
}

function fieldFault(name: string): ScoringError {
  if (name === 'model' || name === 'files') return formFault(`expected ${name} as a file, got a text`);
  if (name === 'code' || name === 'initCode') {
    const message = `the field ${name} is refused: scripts are not run here, publish an ONNX model`;
    return new ScoringError('SCORE_ERR_SERVICE_SCRIPT', message);
  }
  return formFault(`there is no field '${shownName(name)}'`);
}

const unwritten = (cause: unknown) =>
  new ScoringError('SCORE_ERR_INTERNAL', 'the files of the model could not be written', { cause });
