import { z } from 'zod';
import { blobNameFault } from './blobNameFault.js';

/** What is wrong with a text, in words; undefined when nothing is. */
type Rule = (text: string) => string | undefined;

const textBy = (faultOf: Rule) =>
  z.string().superRefine((text, context) => {
    const message = faultOf(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** A list whose length is looked at before its elements, so that a hostile one costs nothing. */
const anyList = ({ min, max }: Bounds) => z.array(z.unknown()).min(min).max(max);

/** A long list of texts; ends at the first one that breaks the rule. */
const textsBy = (faultOf: Rule, bounds: Bounds) =>
  anyList(bounds).transform((list, context): string[] => {
    for (const [at, one] of list.entries()) {
      const message = typeof one === 'string' ? faultOf(one) : 'expected a text';
      if (message === undefined) continue;
      context.addIssue({ code: 'custom', message, path: [at] });
      return z.NEVER;
    }
    // all of them have been looked at
    return list as string[];
  });

const columnName: Rule = (name) =>
  name !== '' && name.length <= 500 && name.isWellFormed()
    ? undefined
    : 'expected 1 to 500 characters without lone surrogates';

const pattern: Rule = (text) =>
  text !== '' && text.length <= 1024 && text.isWellFormed()
    ? undefined
    : 'expected 1 to 1024 characters without lone surrogates';

const fileName: Rule = (name) =>
  name.length > 200 || name.includes('/')
    ? 'must have no slash and at most 200 characters'
    : blobNameFault(name);

const comment: Rule = (text) =>
  text !== '' && text.length <= 10 && text.isWellFormed() && !endsLine.test(text)
    ? undefined
    : 'expected 1 to 10 characters within one line';

const endsLine = /[\r\n\ufeff]/;

const character: Rule = (text) =>
  text.length <= 2 && Array.from(text).length === 1 && text.isWellFormed() && !endsLine.test(text)
    ? undefined
    : 'expected one character that ends no line';

const asciiCharacter: Rule = (text) =>
  text.charCodeAt(0) < 0x80 ? character(text) : 'expected one ASCII character';

const modelChoice = z.union(
  [z.string(), z.strictObject({ name: z.string(), version: z.string().exactOptional() })],
  { error: 'expected "name", "name/version" or an object with name and version' },
);

const dialectShape = {
  format: z.enum(['csv', 'tsv', 'jsonLines', 'jsonArray', 'parquet']).exactOptional(),
  gzip: z.boolean().exactOptional(),
  encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be']).exactOptional(),
  delimiter: textBy(character).exactOptional(),
  quote: textBy(asciiCharacter).nullable().exactOptional(),
  escape: textBy(character).exactOptional(),
  comment: textBy(comment).exactOptional(),
  header: z.boolean().exactOptional(),
  columns: textsBy(columnName, { min: 1, max: 10_000 }).exactOptional(),
};

const optionShape = {
  service: z.string().exactOptional(),
  version: z.string().exactOptional(),
  services: anyList({ min: 1, max: 20 }).pipe(z.array(modelChoice)).exactOptional(),
  modelColumn: textBy(columnName).exactOptional(),
  parallelCount: z.int().min(1).max(100).default(10),
  ...dialectShape,
  join: z
    .union([z.literal('*'), textsBy(columnName, { min: 0, max: 1000 })], {
      error: 'expected "*" or a list of column names',
    })
    .default([]),
  outputFormat: z.enum(['csv', 'jsonLines', 'parquet']).exactOptional(),
  spreadsheetSafe: z.boolean().default(false),
  maxErrorRows: z.int().min(0).exactOptional(),
  maxErrorPercent: z.number().min(0).max(100).exactOptional(),
  maxFailedChunks: z.int().min(0).default(0),
  notify: z
    .strictObject({ queue: z.string().exactOptional(), webhook: z.string().exactOptional() })
    .exactOptional(),
};

const inputSchema = z.strictObject({
  blob: textBy(blobNameFault).exactOptional(),
  blobs: textsBy(blobNameFault, { min: 1, max: 10_000 }).exactOptional(),
  /** Empty: all of the container. */
  prefix: textBy((text) => (text === '' ? undefined : blobNameFault(text))).exactOptional(),
  pattern: textBy(pattern).exactOptional(),
  container: z.string().exactOptional(),
});

/** The options of a job beside its input, as callers write them. Rules between keys are elsewhere. */
export const optionsSchema = z.strictObject(optionShape);

/** A whole job description. */
export const descriptionSchema = z.strictObject({ ...optionShape, input: inputSchema });

/** The body of `POST /uploads`. */
export const uploadSchema = z.strictObject({
  ...optionShape,
  fileName: textBy(fileName),
  contentType: z.string().max(300).exactOptional(),
});

/** The body of `POST /uploads` for a file of a model. */
export const modelUploadSchema = z.strictObject({ kind: z.literal('model'), fileName: textBy(fileName) });

/** The body of `PUT /services/{name}/schedules/{id}`. */
export const scheduleSchema = z.strictObject({
  ...optionShape,
  input: inputSchema,
  cron: z.string().min(1).max(200),
  enabled: z.boolean().default(true),
});

export type DescribedOptions = z.output<typeof optionsSchema>;

export type DescribedInput = z.output<typeof inputSchema>;
