import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fixtureDir, shippedModelsDir } from './project.js';
import { temporaryDir, type CleanUp } from './temporaryDir.js';

/** Where the files of a model version come from. */
export interface ModelSource {
  /** A folder of test/models. */
  readonly fixture?: string;
  /** A model that ships, as `<name>/<version>`. */
  readonly shipped?: string;
  readonly modelJson?: unknown;
  /** Further files by name. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

/** Writes one model folder below `root`; `place` is `<name>/<version>`. */
export function putModel(root: string, place: string, source: ModelSource): string {
  const dir = path.join(root, place);
  mkdirSync(dir, { recursive: true });
  if (source.fixture !== undefined) cpSync(fixtureDir(source.fixture), dir, { recursive: true });
  if (source.shipped !== undefined) {
    cpSync(path.join(shippedModelsDir, source.shipped), dir, { recursive: true });
  }
  if (source.modelJson !== undefined) {
    writeFileSync(path.join(dir, 'model.json'), JSON.stringify(source.modelJson));
  }
  for (const [name, content] of Object.entries(source.files ?? {})) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), content);
  }
  return dir;
}

/** A temporary models folder; keys are `<name>/<version>`. */
export function modelsDirWith(t: CleanUp, models: Readonly<Record<string, ModelSource>>): string {
  const root = temporaryDir(t);
  for (const [place, source] of Object.entries(models)) putModel(root, place, source);
  return root;
}

/** A models folder of fixtures, each as version 1.0.0 under its own name. */
export function fixturesDir(t: CleanUp, ...names: readonly string[]): string {
  return modelsDirWith(t, Object.fromEntries(names.map((name) => [`${name}/1.0.0`, { fixture: name }])));
}
