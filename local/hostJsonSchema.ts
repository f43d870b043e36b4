import { availableParallelism } from 'node:os';
import { z } from 'zod';

/** A whole number, or a setting's text of one; what is empty counts as not given. */
const wholeNumber = (fallback: number, least = -Infinity, most = Infinity): z.ZodType<number> =>
  z.preprocess(
    (value) => {
      if (value === undefined || value === '') return fallback;
      return typeof value === 'string' ? Number(value) : value;
    },
    z
      .int('must be a whole number')
      .refine((value) => value >= least, `must be ${least} or more`)
      .refine((value) => value <= most, `must be ${most} or less`),
  );
const text = (fallback: string): z.ZodType<string> =>
  z.preprocess((value) => value ?? fallback, z.string('must be a text'));
/** The first is the value of what is not given; letter case does not count. */
const oneOf = <T extends string>(...values: readonly [T, ...T[]]): z.ZodType<T> =>
  text(values[0]).transform((given, context) => {
    const value = values.find((one) => one.toLowerCase() === given.toLowerCase());
    if (value === undefined) context.addIssue(`must be ${values.join(' or ')} in the local host`);
    return value ?? values[0];
  });
/** Milliseconds of `[d.]hh:mm:ss`. */
function spanMs(given: string, leastMs: number, rule: string, context: z.RefinementCtx): number {
  const match = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})$/.exec(given) ?? [];
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part || 0));
  const ms = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  if (ms < leastMs) context.addIssue(`must be hh:mm:ss of at least ${rule}`);
  // a timer that waits longer than 2^31 - 1 ms would fire at once
  if (ms > 24 * 86_400_000) context.addIssue('must be 24 days or less');
  return ms;
}

const cores = availableParallelism();

/** The keys of host.json, with colons between their names, that the local host reads (functions-host.md 2, 3.7, 5.4). */
export const hostJsonSchema = z.object({
  version: z.literal('2.0', 'must be "2.0"'),
  functionTimeout: text('00:30:00').transform((given, context) =>
    given === '-1' ? undefined : spanMs(given, 1_000, 'one second, or -1', context),
  ),
  'extensions:http:routePrefix': text('api'),
  'extensions:http:maxOutstandingRequests': wholeNumber(-1),
  'extensions:http:maxConcurrentRequests': wholeNumber(-1),
  'extensions:blobs:maxDegreeOfParallelism': wholeNumber(8 * cores, 1),
  'extensions:blobs:poisonBlobThreshold': wholeNumber(5, 1),
  'extensions:durableTask:hubName': text('TestHubName'),
  'extensions:durableTask:maxConcurrentActivityFunctions': wholeNumber(10 * cores, 1),
  'extensions:durableTask:maxConcurrentOrchestratorFunctions': wholeNumber(10 * cores, 1),
  'extensions:durableTask:maxOrchestrationActions': wholeNumber(100_000, 100_000, 100_000),
  'extensions:durableTask:overridableExistingInstanceStates': oneOf('NonRunningStates', 'AnyState'),
  'extensions:durableTask:storageProvider:type': oneOf('azureStorage'),
  'extensions:durableTask:storageProvider:partitionCount': wholeNumber(4, 1, 16),
  'extensions:durableTask:storageProvider:controlQueueVisibilityTimeout': text('00:05:00').transform(
    (given, context) => spanMs(given, 60_000, 'one minute', context),
  ),
});
