import { setImmediate } from 'node:timers/promises';
import type { ThriftReader } from './thriftReader.js';

/** Steps of a reader, about a millisecond's, after which the event loop should have a turn. */
export const restAfter = 20_000;

/** Gives the event loop a turn; footers of many columns are read on the main thread. */
export async function rest(reader: ThriftReader): Promise<void> {
  await setImmediate();
  reader.rested();
}
