import { ScoringError } from '../errors/scoringError.js';
import { shownName } from '../errors/shownName.js';
import { isModelFile, modelFileRule } from '../models/published/modelFiles.js';
import type { PublishedFile } from '../models/published/manifest.js';

/** What a publish brings: files that lie in a folder of this instance, and facts about the model. */
export interface PublishForm {
  readonly files: readonly PublishedFile[];
  readonly description?: string;
  readonly operationId?: string;
}

/** Name of the graph among the files of a version. */
export const graphFile = 'model.onnx';

/** Files of one version. */
export const mostFiles = 32;
export const mostDescriptionBytes = 16 * 1024;

const operationIdPattern = /^[A-Za-z_][A-Za-z0-9_]{0,199}$/;
const codePattern = /\.(?:[cm]?jsx?|[cm]?tsx?|node|wasm)$/i;

/** The fault of a form that breaks a rule. */
export const formFault = (message: string) => new ScoringError('SCORE_ERR_PUBLISH_FORM', message);

/**
 * The fault of a file name, undefined for one that can lie beside a graph. Paths and names that are not portable are
 * refused, and so is code: whoever may publish a model must not be able to run anything.
 */
export function fileNameFault(name: string): ScoringError | undefined {
  const shown = shownName(name);
  if (codePattern.test(name) || /(?:^|[/\\])assets(?:[/\\]|$)/i.test(name)) {
    const message = `the file '${shown}' is code or belongs to code, which is only deployed with the app, never published`;
    return new ScoringError('SCORE_ERR_SERVICE_SCRIPT', message);
  }
  return isModelFile(name) ? undefined : formFault(`the file name '${shown}' ${modelFileRule}`);
}

/** Throws SCORE_ERR_PUBLISH_FORM for a text that no client could use as the name of a function. */
export function requireOperationId(operationId: string): void {
  if (operationIdPattern.test(operationId)) return;
  throw formFault('operationId: expected an identifier of at most 200 letters, digits and underscores');
}

/** Throws SCORE_ERR_PUBLISH_FORM for a description that is too long to be read. */
export function requireDescription(description: string): void {
  if (Buffer.byteLength(description) <= mostDescriptionBytes) return;
  throw formFault(`description: expected at most ${mostDescriptionBytes} bytes`);
}

/** Whether two names would be one file on a disk that does not tell letter case. */
export function isSameFile(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
