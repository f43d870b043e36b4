import type { ScoreResult } from '../../shared/runtime/scorer.js';
import type { Services } from '../../shared/services.js';
import { jsonBytes, parseBytes, utf8 } from './bytes.js';

/** Scores a JSON value by the columns of a model, and gives `outputParameters`. */
export async function consume(
  { scorer }: Services,
  model: string,
  request: unknown,
  version?: string,
): Promise<Record<string, unknown>> {
  const call = { model, codec: 'consumption', body: jsonBytes(request) } as const;
  const { body } = await scorer.score(version === undefined ? call : { ...call, version });
  return (parseBytes(body) as { outputParameters: Record<string, unknown> }).outputParameters;
}

/** Scores by the columns of a model, and gives the whole result. */
export function scoreColumns({ scorer }: Services, model: string, request: unknown): Promise<ScoreResult> {
  return scorer.score({ model, codec: 'consumption', body: jsonBytes(request) });
}

/** Data of the outputs by name. */
export type OutputData = Readonly<Record<string, unknown>>;

/** Scores tensors, given as the JSON text of a request; long integers of the answer come as bigint. */
export async function infer({ scorer }: Services, model: string, request: string): Promise<OutputData> {
  const { body } = await scorer.score({ model, codec: 'openInference', body: utf8(request) });
  const { outputs } = parseBytes(body) as { outputs: { name: string; data: unknown }[] };
  return Object.fromEntries(outputs.map(({ name, data }) => [name, data]));
}
