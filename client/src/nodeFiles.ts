import { openAsBlob } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InputError } from './inputError.js';

export function readTextFile(path: string): Promise<string> {
  return readFile(path, 'utf8');
}

export function blobOfFile(path: string): Promise<Blob> {
  return openAsBlob(path);
}

/** See files.ts. The working folder unless another is given. */
export async function folderWriter(
  folder = '.',
): Promise<(name: string, content: Uint8Array) => Promise<string>> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new InputError('dest: expected a folder that is there');
  return async (name, content) => {
    // names come from the server: they must not lead out of the folder
    if (!isPlainName(name)) throw new InputError('fileName: expected a name without folders');
    const path = resolve(join(folder, name));
    await writeFile(path, content);
    return path;
  };
}

function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\:\0]/.test(name);
}
