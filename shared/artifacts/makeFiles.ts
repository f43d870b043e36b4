import { ScoringError } from '../errors/scoringError.js';
import type { ArtifactSpec } from '../models/signature.js';
import { artifactsTooLarge, mostArtifactBytes } from './artifactLimits.js';
import type { ArtifactSource, Made } from './artifactSource.js';
import { outputRows } from './outputRows.js';
import { writeChart } from './writeChart.js';
import { writeCsv } from './writeCsv.js';
import { writeExplanation, type ExplainedRun } from './writeExplanation.js';
import { writeNpy } from './writeNpy.js';
import { writePng } from './writePng.js';

/** What was made of one call. */
export interface MadeFiles {
  /** By name; those that the call does not allow are left out. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** `<file>: <what the caller should know>`. */
  readonly notes: readonly string[];
}

/** Makes artifacts of a call. Runs on the scoring thread. Throws SCORE_ERR_ARTIFACT_TOO_LARGE. */
export function makeFiles(
  artifacts: readonly ArtifactSpec[],
  source: ArtifactSource,
  explanation: ExplainedRun | undefined,
): MadeFiles {
  const files = new Map<string, Uint8Array>();
  const notes: string[] = [];
  let sizeBytes = 0;
  for (const artifact of artifacts) {
    const { bytes, note } = tryMake(artifact, source, explanation);
    if (note !== undefined) notes.push(`${artifact.fileName}: ${bytes ? '' : 'not made: '}${note}`);
    if (!bytes) continue;
    sizeBytes += bytes.length;
    if (sizeBytes > mostArtifactBytes) throw artifactsTooLarge();
    files.set(artifact.fileName, bytes);
  }
  return { files, notes };
}

/** An output that is not as it was declared costs the file, not the answer. */
function tryMake(
  artifact: ArtifactSpec,
  source: ArtifactSource,
  explanation: ExplainedRun | undefined,
): Made {
  try {
    return make(artifact, source, explanation);
  } catch (error) {
    if (error instanceof ScoringError && error.code === 'SCORE_ERR_RUN_FAILED')
      return { note: error.message };
    throw error;
  }
}

function make(
  { writer, output = '', range }: ArtifactSpec,
  source: ArtifactSource,
  explanation: ExplainedRun | undefined,
): Made {
  switch (writer) {
    case 'csv':
      return writeCsv(source);
    case 'npy':
      return writeNpy(outputRows(source, output).tensor);
    case 'png':
      return writePng(outputRows(source, output), range);
    case 'svg':
      return writeChart(outputRows(source, output));
    case 'explanation':
      return explanation ? writeExplanation(source, explanation) : { note: 'the model was not run for it' };
  }
}
