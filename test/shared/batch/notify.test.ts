import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { before, test } from 'node:test';
import { QueueClient } from '@azure/storage-queue';
import { cancelJob } from '../../../shared/batch/cancelJob.js';
import { closeBatch } from '../../../shared/batch/closeBatch.js';
import type { JobRecord, Notify } from '../../../shared/batch/job.js';
import { requestOf, startBatch, type Batch, type BatchBed, type BatchOptions } from '../../support/batch.js';
import { fixturesDir } from '../../support/modelsDir.js';
import { fileCleanUp, type CleanUp } from '../../support/temporaryDir.js';

const file = fileCleanUp();
let bed: BatchBed;

before(async () => {
  bed = await startBatch(file, { modelsDir: fixturesDir(file, 'add') });
});

const records = 'a,b\n1,2\nx,4\n';

async function runWith(batch: Batch, notify: Notify, options: object = {}): Promise<JobRecord> {
  const described = { service: 'add', format: 'csv', ...options };
  const { spec } = requestOf({ options: described, records });
  return batch.runJob({ options: described, records, spec: { ...spec, notify } });
}

async function messagesOf(queue: string): Promise<unknown[]> {
  const client = new QueueClient(bed.connectionString, queue);
  const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: 32 });
  return receivedMessageItems.map(
    ({ messageText }) => JSON.parse(Buffer.from(messageText, 'base64').toString()) as unknown,
  );
}

test('the end of a job is told to its queue, once', async () => {
  const queue = `q-${randomUUID()}`;
  const batch = bed.open();
  const job = await runWith(batch, { queue });
  await closeBatch(batch.context, job.id);
  await closeBatch(batch.context, job.id);
  assert.deepEqual(await messagesOf(queue), [
    { id: `${job.id}-Complete`, job: job.id, state: 'Complete', rows: 2, succeeded: 1, failed: 1 },
  ]);
  assert.equal((await batch.job(job.id)).notified, 'Complete');
});

test('a failed job tells why, a cancelled one that it was', async () => {
  const queue = `q-${randomUUID()}`;
  const failed = await runWith(bed.open(), { queue }, { maxErrorRows: 0 });
  const [notice] = (await messagesOf(queue)) as { state: string; fault: { code: string } }[];
  assert.deepEqual([failed.state, notice?.state, notice?.fault.code], ['Failed', 'Failed', 'JOB_ERROR_ROWS']);
  const batch: Batch = bed.open({
    before: async ({ activity, jobId }) => {
      if (activity === 'scoreLane') await cancelJob(batch.context, await batch.job(jobId));
    },
  });
  const canceled = await runWith(batch, { queue });
  const states = ((await messagesOf(queue)) as { state: string; job: string }[]).map((one) => [
    one.job,
    one.state,
  ]);
  assert.deepEqual(states, [[canceled.id, 'Canceled']]);
});

interface Hook {
  readonly url: string;
  readonly host: string;
  readonly bodies: string[];
}

/** A local server that keeps what is posted to it. */
async function startHook(
  t: CleanUp,
  answer: (response: ServerResponse, count: number) => void,
): Promise<Hook> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      answer(response, bodies.length);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `http://${host}/hook`, host, bodies };
}

const allowing = (...webhookHosts: string[]): BatchOptions => ({ settings: { webhookHosts } });
const status = (code: number) => (response: ServerResponse) => void response.writeHead(code).end();

test('the end of a job is posted to its webhook, once', async (t) => {
  const hook = await startHook(t, status(204));
  const batch = bed.open(allowing(hook.host));
  const job = await runWith(batch, { webhook: hook.url });
  await closeBatch(batch.context, job.id);
  assert.deepEqual(
    hook.bodies.map((body) => (JSON.parse(body) as { id: string }).id),
    [`${job.id}-Complete`],
  );
});

test('nothing is posted to a host that is not on the list any more', async (t) => {
  const hook = await startHook(t, status(204));
  const others = ['127.0.0.1', 'localhost', `127.0.0.1:1`, 'example.com'];
  const batch = bed.open(allowing(...others));
  const job = await runWith(batch, { webhook: hook.url });
  assert.deepEqual([job.state, hook.bodies], ['Complete', []]);
  assert.ok(batch.log.lines.some((line) => line.includes('could not be told')));
});

test('a redirect to another host is not followed', async (t) => {
  const target = await startHook(t, status(204));
  const hook = await startHook(t, (response) => void response.writeHead(307, { location: target.url }).end());
  const batch = bed.open(allowing(hook.host));
  const running = runWith(batch, { webhook: hook.url });
  const job = await movedOn(batch, running);
  assert.equal(job.state, 'Complete');
  assert.ok(hook.bodies.length > 0);
  assert.deepEqual(target.bodies, []);
});

test('a webhook that answers with its own fault is tried again, and a refusal is not', async (t) => {
  const shaky = await startHook(t, (response, count) => {
    status(count < 3 ? 503 : 200)(response);
  });
  const batch = bed.open(allowing(shaky.host));
  await movedOn(batch, runWith(batch, { webhook: shaky.url }));
  assert.equal(shaky.bodies.length, 3);
  assert.equal(new Set(shaky.bodies).size, 1);
  const refusing = await startHook(t, status(400));
  await runWith(bed.open(allowing(refusing.host)), { webhook: refusing.url });
  assert.equal(refusing.bodies.length, 1);
});

/** Lets pauses end while something is awaited. */
async function movedOn<T>({ clock }: Batch, awaited: Promise<T>): Promise<T> {
  const moving = setInterval(() => {
    clock.move(1000);
  }, 5);
  return awaited.finally(() => {
    clearInterval(moving);
  });
}
