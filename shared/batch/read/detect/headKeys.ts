import { firstRecords } from '../csv/csvText.js';
import { JsonElements } from '../json/jsonElements.js';
import { parseRecord, type JsonRecord } from '../json/parseRecord.js';
import type { HeadText } from './headText.js';

/** Records that are looked at, and the bytes of a head that they may take. */
const mostRecords = 20;
const mostBytes = 256 * 1024;

/**
 * All keys of the first JSON objects of a head; undefined when none of the first records is a whole object. What is no
 * JSON is left to the reader.
 */
export function headKeys(head: HeadText, kind: 'jsonLines' | 'jsonArray'): readonly string[] | undefined {
  const keys = new Set<string>();
  let objects = 0;
  for (const bytes of kind === 'jsonLines' ? lines(head) : elements(head)) {
    const parsed = parseRecord(bytes, false);
    if ('fault' in parsed || isArray(parsed.record)) continue;
    objects++;
    for (const key of Object.keys(parsed.record)) keys.add(key);
  }
  return objects === 0 ? undefined : [...keys];
}

function lines({ bytes, isWhole }: HeadText): Uint8Array[] {
  // one cell per line: no text has the delimiter
  const layout = { encoding: 'utf-8', delimiter: 0, quote: -1, newline: 'lf' } as const;
  const looked = bytes.subarray(0, mostBytes);
  const found = firstRecords(looked, layout, mostRecords, isWhole && looked.length === bytes.length);
  return [...found].map((cells) => Buffer.from(cells.join('\0')));
}

function elements({ bytes }: HeadText): Uint8Array[] {
  const bounds = new JsonElements().feed(bytes.subarray(0, mostBytes));
  const found: Uint8Array[] = [];
  for (let i = 0; i < bounds.length && found.length < mostRecords; i += 2) {
    found.push(bytes.subarray(bounds[i], bounds[i + 1]));
  }
  return found;
}

const isArray = (record: JsonRecord): record is readonly unknown[] => Array.isArray(record);
