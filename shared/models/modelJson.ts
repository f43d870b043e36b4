import { z } from 'zod';
import { ScoringError } from '../errors/scoringError.js';

const columnType = z.enum(['numeric', 'integer', 'character', 'logical']);

const range = z
  .tuple([z.number(), z.number()])
  .refine(([from, to]) => from <= to, 'expected the smaller value first');

const columnSchema = z.strictObject({
  name: z.string().min(1).max(200),
  description: z.string().optional(),
  type: columnType.optional(),
  default: z.union([z.number(), z.string(), z.boolean()]).optional(),
  nullable: z.boolean().optional(),
  range: range.optional(),
  categories: z.array(z.union([z.string(), z.number()])).optional(),
  example: z.union([z.number(), z.string(), z.boolean(), z.null()]).optional(),
});

const artifactSchema = z.strictObject({
  file: z.string(),
  output: z.string().optional(),
  /** The values that are black and white in an image. */
  range: range.optional(),
});

/** A file alone stands for itself; a union would not say what is wrong with the other form. */
const asArtifact = (one: unknown) => (typeof one === 'string' ? { file: one } : one);

/** What callers send and get where scoring.mjs stands around the graph (docs/scoring-module.md). */
const scoringSchema = z.strictObject({
  columns: z.array(columnSchema).min(1).optional(),
  outputs: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200),
        type: columnType.optional(),
        description: z.string().optional(),
        labels: z.array(z.string()).min(1).max(16_384).optional(),
      }),
    )
    .min(1)
    .optional(),
});

const modelJsonSchema = z.strictObject({
  description: z.string().optional(),
  operationId: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be an identifier')
    .optional(),
  columns: z.array(columnSchema).optional(),
  outputs: z
    .array(
      z.strictObject({
        tensor: z.string().min(1),
        name: z.string().min(1).max(200).optional(),
        description: z.string().optional(),
        labels: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  scoring: scoringSchema.optional(),
  /** Files that are made of the input and the outputs of a call, on request. */
  artifacts: z.array(z.preprocess(asArtifact, artifactSchema)).max(32).optional(),
  /** Threads of one run: more make a single large run quicker and cost concurrency. */
  threads: z.int().min(1).max(64).optional(),
});

/** Facts about a model that its graph cannot tell; every key is optional (design, section 4). */
export type ModelJson = z.infer<typeof modelJsonSchema>;

/** Reads model.json. Throws SCORE_ERR_MODEL_JSON that names the key and the rule. */
export function parseModelJson(text: string): ModelJson {
  let json: unknown;
  try {
    // editors on Windows put a byte order mark before the text
    json = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw new ScoringError('SCORE_ERR_MODEL_JSON', 'model.json is not JSON');
  }
  const parsed = modelJsonSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const key = issue?.path.join('.') ?? '';
  throw new ScoringError(
    'SCORE_ERR_MODEL_JSON',
    `model.json${key === '' ? '' : `, key ${key}`}: ${issue?.message ?? 'not valid'}`,
  );
}
