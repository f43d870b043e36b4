import { ScoringError } from '../../errors/scoringError.js';
import { shownName } from '../../errors/shownName.js';
import type { ArtifactSpec, Signature } from '../../models/signature.js';

const lineFeed = 0x0a;

/**
 * The body that the codecs with files take: a line that names the files, then the request as it came. `names`: all that
 * the model has when absent. Copies the request.
 */
export function filesRequest(
  names: readonly string[] | undefined,
  request: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const line = new TextEncoder().encode(`${JSON.stringify(names ?? null)}\n`);
  const body = new Uint8Array(line.length + request.length);
  body.set(line);
  body.set(request, line.length);
  return body;
}

/** What `filesRequest` put together, with the files resolved. Throws SCORE_ERR_ARTIFACT_UNKNOWN. */
export function parseFilesRequest(
  body: Uint8Array,
  { artifacts = [] }: Signature,
): { readonly artifacts: readonly ArtifactSpec[]; readonly request: Uint8Array } {
  const end = body.indexOf(lineFeed);
  const names = JSON.parse(new TextDecoder().decode(body.subarray(0, end))) as readonly string[] | null;
  const request = body.subarray(end + 1);
  if (!names) return { artifacts, request };
  const unknown = names.find((name) => !artifacts.some(({ fileName }) => fileName === name));
  if (unknown !== undefined) {
    const known = artifacts.length === 0 ? 'none' : artifacts.map(({ fileName }) => fileName).join(', ');
    const message = `there is no artifact '${shownName(unknown)}': the model has ${known}`;
    throw new ScoringError('SCORE_ERR_ARTIFACT_UNKNOWN', message);
  }
  return { artifacts: artifacts.filter(({ fileName }) => names.includes(fileName)), request };
}
