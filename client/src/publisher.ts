import type { CallOptions } from './deadline.js';
import { blobOfFile } from './files.js';
import { InputError } from './inputError.js';
import { MLServerError } from './mlServerError.js';
import { segment } from './segment.js';
import type { ServerCalls } from './serverCalls.js';
import type { Request } from './transport.js';

/** A file of a model: its path (Node alone), a Blob, or bytes. */
export type ModelFile = string | Blob | Uint8Array;

export interface PublishOptions extends CallOptions {
  readonly version?: string;
  /** The `.onnx` file. */
  readonly model: ModelFile;
  /** What lies beside it, by name: `model.json`, and the files of external data. */
  readonly files?: Readonly<Record<string, ModelFile>>;
  readonly description?: string;
  /** Name of the scoring function in clients. */
  readonly operationId?: string;
}

/** Files that have more than this together go to storage by signed links; the server takes 64 MiB in a body. */
const mostBodyBytes = 60 * 2 ** 20;

/** The name of the graph's file. */
const modelFile = 'model.onnx';

interface NamedFile {
  readonly name: string;
  readonly content: Blob;
}

/** Publishes models. */
export class Publisher {
  readonly #calls: ServerCalls;

  constructor(calls: ServerCalls) {
    this.#calls = calls;
  }

  /** Gives the version that was published or changed. Takes any time unless `timeoutMs` says otherwise. */
  async publish(method: 'POST' | 'PATCH', name: string, options: Partial<PublishOptions>): Promise<string> {
    const { version, model, files = {}, description, operationId, signal, timeoutMs = 0 } = options;
    const place = version === undefined ? '' : `/${segment('version', version)}`;
    const path = `/realtime-services/${segment('name', name)}${place}`;
    const call: CallOptions = { timeoutMs, ...(signal === undefined ? {} : { signal }) };
    const facts = {
      ...(description === undefined ? {} : { description }),
      ...(operationId === undefined ? {} : { operationId }),
    };
    const given = await namedFiles(model, files);
    const sizeBytes = given.reduce((sum, { content }) => sum + content.size, 0);
    const body: Pick<Request, 'json' | 'form'> =
      sizeBytes > mostBodyBytes
        ? { json: { ...facts, uploads: await this.#uploaded(given, call) } }
        : { form: formOf(facts, given) };
    const answer = await this.#calls.json({ method, path, ...body }, call);
    if (typeof answer === 'string') return answer;
    throw new MLServerError(`${path} was answered without a version`, { status: 200, body: answer });
  }

  /** Puts files to storage; gives the ids of their uploads. */
  async #uploaded(files: readonly NamedFile[], call: CallOptions): Promise<readonly string[]> {
    const ids: string[] = [];
    for (const { name, content } of files) {
      const json = { kind: 'model', fileName: name };
      const answer = await this.#calls.json({ method: 'POST', path: '/uploads', json }, call);
      const { uploadId, url, headers } = parseUpload(answer);
      await this.#calls.transport.put(url, headers, content, call);
      ids.push(uploadId);
    }
    return ids;
  }
}

function formOf(facts: Readonly<Record<string, string>>, files: readonly NamedFile[]): FormData {
  const form = new FormData();
  for (const [key, value] of Object.entries(facts)) form.append(key, value);
  for (const { name, content } of files) form.append(name === modelFile ? 'model' : 'files', content, name);
  return form;
}

interface Upload {
  readonly uploadId: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

function parseUpload(answer: unknown): Upload {
  const { uploadId, url, headers } = (answer ?? {}) as Partial<Upload>;
  if (typeof uploadId === 'string' && typeof url === 'string')
    return { uploadId, url, headers: headers ?? {} };
  // without the body: it may hold a link that writes
  throw new MLServerError('/uploads was answered without a link', { status: 201 });
}

async function namedFiles(
  model: ModelFile | undefined,
  files: Readonly<Record<string, ModelFile>>,
): Promise<readonly NamedFile[]> {
  if (Object.hasOwn(files, modelFile)) throw new InputError(`files: ${modelFile} is given as model`);
  const given = Object.entries({ ...(model === undefined ? {} : { [modelFile]: model }), ...files });
  return Promise.all(given.map(async ([name, file]) => ({ name, content: await blobOf(file) })));
}

function blobOf(file: ModelFile): Blob | Promise<Blob> {
  if (typeof file === 'string') return blobOfFile(file);
  if (file instanceof Blob) return file;
  const { buffer, byteOffset, byteLength } = file;
  // the types of browsers refuse views of shared memory, which there are none of here
  return new Blob([new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)]);
}
