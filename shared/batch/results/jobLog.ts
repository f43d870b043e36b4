import { listAll } from '../../storage/blobStore.js';
import type { BatchContext } from '../batchContext.js';
import type { JobRecord } from '../job.js';
import { batchesContainer, JobPaths } from '../jobPaths.js';

/** The log is cut here; lanes cap their own lines. */
const mostBytes = 8 * 2 ** 20;

/** The log of a job as JSON Lines: its states, then what each lane has said. No row data. */
export async function jobLog({ store }: BatchContext, job: JobRecord): Promise<Uint8Array> {
  const states = job.history.map(({ state, atMs }) => ({ atMs, event: 'state', state }));
  const fault =
    job.fault === undefined ? [] : [{ atMs: job.history.at(-1)?.atMs, event: 'fault', ...job.fault }];
  const head = [...states, ...fault].map((line) => `${JSON.stringify(line)}\n`).join('');
  const pieces: Uint8Array[] = [new TextEncoder().encode(head)];
  let bytes = head.length;
  for await (const { name, sizeBytes } of listAll(
    store,
    batchesContainer,
    new JobPaths(job.id).lanesPrefix,
  )) {
    // a lane that is under way has nothing to say yet
    if (sizeBytes === 0) continue;
    if (bytes + sizeBytes > mostBytes) {
      pieces.push(new TextEncoder().encode(`${JSON.stringify({ event: 'cut', mostBytes })}\n`));
      break;
    }
    const found = await store.read({ container: batchesContainer, name });
    if (found) pieces.push(found.bytes);
    bytes += sizeBytes;
  }
  return Buffer.concat(pieces);
}
