import { readFileSync } from 'node:fs';

let version: string | undefined;

/** The version of the bundled ONNX Runtime. Does not load it. */
export function ortVersion(): string {
  if (version === undefined) {
    const file = require.resolve('onnxruntime-node/package.json');
    version = (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  }
  return version;
}
