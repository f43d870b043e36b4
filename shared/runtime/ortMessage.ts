import path from 'node:path';

const longest = 400;

/**
 * A message of ONNX Runtime for callers: without source places of its build, folders of this machine and line breaks,
 * at most 400 characters. Of a path its last name is left.
 */
export function ortMessage(error: unknown, modelDir = ''): string {
  const text = error instanceof Error ? error.message : String(error);
  const clean = text
    .slice(0, 4000)
    // whole, since it may hold blanks, which end a path for the patterns below
    .replaceAll(modelDir === '' ? '\0' : modelDir + path.sep, '')
    .replace(/[^\s:]*\.(?:cc|h|cpp):\d+(?: [^()]*\([^()]*\))?/g, '')
    .replace(/(?:[A-Za-z]:)?[\\/](?:[^\s'":\\/]*[\\/])*([^\s'":\\/]*)/g, '$1')
    .replace(/\S*onnxruntime::\S*/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return clean.length > longest ? `${clean.slice(0, longest)}...` : clean;
}
