import { InputError } from './inputError.js';
import type * as nodeFilesModule from './nodeFiles.js';

type NodeFiles = typeof nodeFilesModule;

/** The text of a file. Throws an InputError in a browser. */
export async function readTextFile(path: string): Promise<string> {
  return (await nodeFiles('a path')).readTextFile(path);
}

/** A file as a Blob that is read when it is sent. Throws an InputError in a browser. */
export async function blobOfFile(path: string): Promise<Blob> {
  return (await nodeFiles('a path')).blobOfFile(path);
}

/** Writes files to a folder that must be there; gives their paths. Throws an InputError in a browser. */
export async function folderWriter(folder: string | undefined): Promise<FolderWriter> {
  return (await nodeFiles('download')).folderWriter(folder);
}

/** Writes a file under a plain name, and gives its path. */
export type FolderWriter = (name: string, content: Uint8Array) => Promise<string>;

/** Loaded when a path is given: a browser has no such module. */
async function nodeFiles(what: string): Promise<NodeFiles> {
  const { process } = globalThis as { readonly process?: { readonly versions?: { readonly node?: string } } };
  if (process?.versions?.node === undefined) {
    throw new InputError(`${what}: there are no paths in a browser; work with a Blob or with bytes`);
  }
  return import('./nodeFiles.js');
}
