import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { before, test } from 'node:test';
import { QueueServiceClient } from '@azure/storage-queue';
import { fileCleanUp } from '../../support/temporaryDir.js';
import { startBatchApp, type BatchApp } from './batchApp.js';
import { until } from './jobClient.js';

const file = fileCleanUp();
let app: BatchApp;
let webhook: string;

interface Notice {
  readonly path: string;
  readonly type: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

const received: Notice[] = [];
/** Statuses of the next answers; 200 when there are no more. */
const answers: number[] = [];

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = JSON.parse(await text(request)) as Notice['body'];
  received.push({ path: request.url ?? '', type: request.headers['content-type'], body });
  response.writeHead(answers.shift() ?? 200, { location: '/elsewhere' }).end();
}

before(async () => {
  const server = createServer((request, response) => void take(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  file.after(() => {
    server.close().closeAllConnections();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  webhook = `http://${host}/hook?key=SECRET`;
  app = await startBatchApp(file, { environment: { WARMSTART_WEBHOOK_HOSTS: `example.org, ${host}` } });
  await app.store.put({ container: 'uploads', name: 'a.csv' }, Buffer.from('hp,wt\n1,2\nx,2\n'));
});

const described = { service: 'cars', input: { blob: 'a.csv' } };

const noticeOf = (id: string) =>
  until(`the notice of job ${id}`, () => Promise.resolve(received.find(({ body }) => body.job === id)));

test('a queue gets one message for the end of a job', async () => {
  const id = await app.client.submit('service=cars&notify.queue=job-ends', 'text/csv', 'hp,wt\n1,2\nx,2\n');
  const queue = QueueServiceClient.fromConnectionString(app.connectionString).getQueueClient('job-ends');
  const [message, ...more] = await until('a message', async () => {
    if (!(await queue.exists())) return undefined;
    const { receivedMessageItems: items } = await queue.receiveMessages({ numberOfMessages: 32 });
    return items.length > 0 ? items : undefined;
  });
  assert.equal(more.length, 0);
  const notice = JSON.parse(Buffer.from(message?.messageText ?? '', 'base64').toString()) as unknown;
  assert.deepEqual(notice, {
    id: `${id}-Complete`,
    job: id,
    state: 'Complete',
    rows: 2,
    succeeded: 1,
    failed: 1,
  });
  assert.equal((await app.client.job(id)).state, 'Complete');
});

test('a webhook that is allowed gets the end of a job, with its fault', async () => {
  const good = await app.client.describe({ ...described, notify: { webhook } });
  const bad = await app.client.describe({ ...described, maxErrorRows: 0, notify: { webhook } });
  const { path, type, body } = await noticeOf(good);
  assert.deepEqual([path, type], ['/hook?key=SECRET', 'application/json']);
  assert.deepEqual(body, {
    id: `${good}-Complete`,
    job: good,
    state: 'Complete',
    rows: 2,
    succeeded: 1,
    failed: 1,
  });
  const failed = await noticeOf(bad);
  assert.equal(failed.body.state, 'Failed');
  assert.equal((failed.body.fault as { code: string }).code, 'JOB_ERROR_ROWS');
  assert.equal(received.filter(({ body: one }) => one.job === good).length, 1);
});

test('a webhook that fails is told again, a redirect is not followed, and neither harms the job', async () => {
  answers.push(503);
  const again = await app.client.describe({ ...described, notify: { webhook } });
  await app.client.completed(again);
  const told = await until('the second try', () => {
    const found = received.filter(({ body }) => body.job === again);
    return Promise.resolve(found.length > 1 ? found : undefined);
  });
  assert.equal(new Set(told.map(({ body }) => body.id)).size, 1);
  answers.push(307, 307, 307);
  const moved = await app.client.describe({ ...described, notify: { webhook } });
  await app.client.completed(moved);
  await until('the refusal in the log', () =>
    Promise.resolve(app.log.lines.find((line) => line.includes(moved) && line.includes('could not be told'))),
  );
  assert.ok(received.every(({ path }) => path.startsWith('/hook')));
});

test('the address of a webhook is shown nowhere', async () => {
  const id = await app.client.describe({ ...described, notify: { webhook } });
  await app.client.completed(id);
  await noticeOf(id);
  for (const path of ['', '/log', '/manifest']) {
    assert.doesNotMatch((await app.client.get(`/jobs/${id}${path}`)).text, /SECRET|\/hook/);
  }
  assert.doesNotMatch(app.log.lines.join('\n'), /SECRET|\/hook/);
});
