import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fixtureDir, shippedModelsDir } from '../../support/project.js';
import { send, type Answer } from '../../support/http.js';

/** A file of a form: its content, under the part and the file name that it is sent with. */
export interface FormFile {
  readonly part: string;
  readonly fileName: string;
  readonly content: Uint8Array | string;
}

/** A file of a fixture model. */
export const fixtureFile = (name: string, file = 'model.onnx'): Buffer =>
  readFileSync(path.join(fixtureDir(name), file));

/** A file of a shipped model, `<name>/<version>`. */
export const shippedFile = (place: string, file = 'model.onnx'): Buffer =>
  readFileSync(path.join(shippedModelsDir, place, file));

/** The graph as clients send it. */
export const modelPart = (content: Uint8Array | string, fileName = 'model.onnx'): FormFile => ({
  ...{ part: 'model', fileName, content },
});

/** A file beside the graph. */
export const besides = (fileName: string, content: Uint8Array | string): FormFile => ({
  ...{ part: 'files', fileName, content },
});

/** A multipart body and its headers; the end can be left out. */
export function multipart(
  files: readonly FormFile[],
  fields: Readonly<Record<string, string>> = {},
): { readonly body: Buffer; readonly headers: Record<string, string> } {
  const boundary = 'warmstart-test-boundary';
  const pieces: (string | Uint8Array)[] = [];
  for (const { part, fileName, content } of files) {
    const disposition = `form-data; name="${part}"; filename="${fileName}"`;
    pieces.push(`--${boundary}\r\nContent-Disposition: ${disposition}\r\nContent-Type: text/plain\r\n\r\n`);
    pieces.push(content, '\r\n');
  }
  for (const [name, value] of Object.entries(fields)) {
    pieces.push(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  }
  pieces.push(`--${boundary}--\r\n`);
  return {
    body: Buffer.concat(pieces.map((piece) => Buffer.from(piece))),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

/** Publishes `<name>` or `<name>/<version>`. */
export function publish(
  url: string,
  place: string,
  files: readonly FormFile[],
  fields: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const form = multipart(files, fields);
  return send(`${url}/realtime-services/${place}`, {
    body: form.body,
    headers: { ...form.headers, ...headers },
  });
}

/** Sends `<name>/<version>` once more. */
export function patch(
  url: string,
  place: string,
  files: readonly FormFile[],
  fields: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const form = multipart(files, fields);
  return send(`${url}/realtime-services/${place}`, {
    method: 'PATCH',
    body: form.body,
    headers: { ...form.headers, ...headers },
  });
}
