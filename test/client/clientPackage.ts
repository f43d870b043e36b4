import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../support/project.js';

interface BuildClient {
  readonly compileClient: (root: string, outDir: string) => Promise<void>;
}

/** Builds the client, and puts it into a project as a package would be; gives its folder. */
export async function installClient(project: string): Promise<string> {
  const folder = path.join(project, 'node_modules', 'warmstart-client');
  mkdirSync(folder, { recursive: true });
  copyFileSync(path.join(projectRoot, 'client', 'package.json'), path.join(folder, 'package.json'));
  const tool = path.join(projectRoot, 'tools', 'launcher', 'buildClient.mjs');
  const { compileClient } = (await import(pathToFileURL(tool).href)) as BuildClient;
  await compileClient(projectRoot, path.join(folder, 'dist'));
  return folder;
}
