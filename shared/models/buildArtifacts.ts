import { ScoringError } from '../errors/scoringError.js';
import { datatypeFacts } from '../tensors/datatypes.js';
import { showShape } from '../tensors/shape.js';
import { imageForm } from './imageForm.js';
import type { ModelJson } from './modelJson.js';
import { nameList } from './nameList.js';
import { declaredRows } from './declaredRows.js';
import type { ArtifactSpec, OutputSpec, Signature } from './signature.js';

type StatedArtifact = NonNullable<ModelJson['artifacts']>[number];

/** They become parts of URLs, names in archives and on disks. */
const usableName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Writers that show one output, by the ending of the file. */
const writers = { npy: 'npy', png: 'png', svg: 'svg' } as const;

const kinds = 'answer.csv, explanation.json, <output>.npy, <output>.png and <output>.svg';

/**
 * The files that model.json names, with their writers and outputs. Throws SCORE_ERR_MODEL_ARTIFACTS for a file that the
 * model cannot have.
 */
export function buildArtifacts(
  stated: readonly StatedArtifact[],
  signature: Pick<Signature, 'inputs' | 'outputs'>,
): ArtifactSpec[] {
  const taken = new Set<string>();
  return stated.map(({ file, output, range }) => {
    if (!usableName.test(file)) {
      throw artifactsError(
        file,
        'expected letters, digits, dot, dash and underscore, 100 at most, no dot in front',
      );
    }
    // archives are unpacked on disks for which letter case does not count
    if (taken.has(file.toLowerCase())) throw artifactsError(file, 'the name is given twice');
    taken.add(file.toLowerCase());
    if (file === 'answer.csv' || file === 'explanation.json') {
      if (output !== undefined || range)
        throw artifactsError(file, 'it shows all outputs: expected no output and no range');
      return { fileName: file, writer: file === 'answer.csv' ? 'csv' : 'explanation' };
    }
    const [, stem = '', ending = ''] = /^(.+)\.([^.]+)$/.exec(file) ?? [];
    if (!isWriter(ending)) throw artifactsError(file, `there is no such kind of file: expected ${kinds}`);
    if (range && ending !== 'png') throw artifactsError(file, 'only an image has a range');
    if (range && range[0] === range[1]) throw artifactsError(file, 'range: expected two different values');
    const shown = outputNamed(file, output ?? stem, signature.outputs);
    checks[ending](file, shown, signature);
    return { fileName: file, writer: writers[ending], output: shown.name, ...(range && { range }) };
  });
}

const isWriter = (ending: string): ending is keyof typeof writers => Object.hasOwn(writers, ending);

/** By the name on the column protocols, else by that in the graph. */
function outputNamed(file: string, name: string, outputs: readonly OutputSpec[]): OutputSpec {
  const found =
    outputs.find(({ column }) => column === name) ?? outputs.find((output) => output.name === name);
  if (found) return found;
  const known = nameList(outputs.map(({ column }) => ({ name: column })));
  throw artifactsError(file, `there is no output '${name.slice(0, 100)}': the model has ${known}`);
}

const checks: Record<
  keyof typeof writers,
  (file: string, output: OutputSpec, of: Pick<Signature, 'inputs'>) => void
> = {
  npy: (file, { column, datatype }) => {
    if (datatype === 'BYTES')
      throw artifactsError(
        file,
        `output '${column}' holds texts, for which NumPy files have no type of fixed size`,
      );
  },
  png: (file, output, of) => {
    const { column, datatype, shape } = output;
    if (datatype === 'BYTES')
      throw artifactsError(file, `output '${column}' holds texts, which are no image`);
    const item = declaredRows(output, of) === 'rows' ? shape.slice(1) : shape;
    // what is not declared shows with the first result
    if (shape.length === 0 || (item.includes(-1) && (item.length === 2 || item.length === 3))) return;
    if (!imageForm(item)) {
      throw artifactsError(
        file,
        `output '${column}' has ${showShape(item)} per item; an image is [H, W], [C, H, W] or [H, W, C] with 1, 3 or 4 channels`,
      );
    }
  },
  svg: (file, { column, datatype, labels }) => {
    if (!labels || labels.length === 0)
      throw artifactsError(file, `output '${column}' has no labels; a chart has one bar per label`);
    if (datatypeFacts(datatype).kind !== 'float')
      throw artifactsError(file, `output '${column}' has ${datatype}; a chart shows floating-point numbers`);
  },
};

const artifactsError = (file: string, problem: string) =>
  new ScoringError(
    'SCORE_ERR_MODEL_ARTIFACTS',
    `model.json: artifact '${file.slice(0, 100).toWellFormed()}': ${problem}`,
  );
