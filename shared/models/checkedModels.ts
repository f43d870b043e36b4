import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

interface CheckedFile {
  readonly onnxruntime: string;
  /** SHA-256 of models that opened and ran. */
  readonly passed: readonly string[];
}

/**
 * Remembers which models have passed their check, by SHA-256 and the version of ONNX Runtime. Reads the list that the
 * build made for the shipped models, and keeps its own in `ownFile`, when there is one.
 */
export class CheckedModels {
  readonly #ortVersion: string;
  readonly #ownFile: string | undefined;
  readonly #passed = new Set<string>();
  readonly #own = new Set<string>();
  #writing: Promise<void> = Promise.resolve();

  private constructor(ortVersion: string, ownFile: string | undefined) {
    this.#ortVersion = ortVersion;
    this.#ownFile = ownFile;
  }

  /** An unreadable or outdated list counts as empty: its models are checked again. */
  static async open(ortVersion: string, builtFile: string, ownFile?: string): Promise<CheckedModels> {
    const made = new CheckedModels(ortVersion, ownFile);
    for (const sha256 of await readList(builtFile, ortVersion)) made.#passed.add(sha256);
    for (const sha256 of ownFile ? await readList(ownFile, ortVersion) : []) {
      made.#passed.add(sha256);
      made.#own.add(sha256);
    }
    return made;
  }

  has(sha256: string): boolean {
    return this.#passed.has(sha256);
  }

  /** Resolves when the pass is on disk; a disk that cannot be written costs another check, not the model. */
  add(sha256: string): Promise<void> {
    this.#passed.add(sha256);
    this.#own.add(sha256);
    const file = this.#ownFile;
    if (file) {
      this.#writing = this.#writing.then(() => this.#write(file)).catch(() => undefined);
    }
    return this.#writing;
  }

  async #write(file: string): Promise<void> {
    const content: CheckedFile = { onnxruntime: this.#ortVersion, passed: [...this.#own].sort() };
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(`${file}.new`, `${JSON.stringify(content, undefined, 2)}\n`);
    await rename(`${file}.new`, file);
  }
}

async function readList(file: string, ortVersion: string): Promise<readonly string[]> {
  try {
    const { onnxruntime, passed } = JSON.parse(await readFile(file, 'utf8')) as CheckedFile;
    return onnxruntime === ortVersion ? [...passed] : [];
  } catch {
    return [];
  }
}
