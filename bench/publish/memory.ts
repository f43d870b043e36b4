import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fixtureFile, modelPart, multipart } from '../../test/functions/publish/publishCalls.js';
import { startStorage } from '../batch/benchStorage.js';
import { rssMiB } from '../processFigures.js';
import { printTable } from '../table.js';
import { largeModel } from './largeModel.js';
import { startPublishHost, type PublishHost } from './publishHost.js';

const sampleEveryMs = 20;
const mib = 2 ** 20;
const bodyBytes = 60_000_000;
const linkBytes = 600_000_000;

/** How much the serving process grows while a model is published, each on a fresh host. */
export async function measureMemory(quick: boolean): Promise<void> {
  const rounds = quick ? 1 : 5;
  const rows: string[][] = [];
  for (let round = 0; round < rounds; round++) {
    rows.push(await measure('60 MB by multipart', bodyBytes, publishByBody));
    rows.push(await measure('600 MB by link and reference', linkBytes, publishByLink));
  }
  printTable(
    `memory of the serving process while one model is published, sampled every ${sampleEveryMs} ms, MiB`,
    ['publish', 'before', 'peak', 'growth', 'times the model', 's'],
    rows,
  );
  console.log('wanted: by multipart under three times the body, by reference under 50 MB\n');
}

async function measure(
  label: string,
  bytes: number,
  publish: (host: PublishHost, pieces: readonly Buffer[]) => Promise<() => Promise<void>>,
): Promise<string[]> {
  const storage = await startStorage();
  const host = await startPublishHost(storage);
  try {
    // what every first publish loads is no part of it
    await (
      await publishByBody(host, [fixtureFile('add')], 'small')
    )();
    await (
      await publishByLink(host, [fixtureFile('add')], 'smallByLink')
    )();
    const act = await publish(host, largeModel(bytes));
    await sleep(1000);
    const beforeMiB = rssMiB(host.pid);
    let peakMiB = beforeMiB;
    const timer = setInterval(() => {
      peakMiB = Math.max(peakMiB, rssMiB(host.pid));
    }, sampleEveryMs);
    const begunMs = performance.now();
    await act();
    const tookS = (performance.now() - begunMs) / 1000;
    clearInterval(timer);
    const growth = peakMiB - beforeMiB;
    const figures = [beforeMiB, peakMiB, growth].map((value) => value.toFixed(0));
    return [label, ...figures, ((growth * mib) / bytes).toFixed(2), tookS.toFixed(1)];
  } finally {
    await host.stop();
    await storage.stop();
  }
}

/** Makes the body; what it gives sends it. */
function publishByBody(host: PublishHost, pieces: readonly Buffer[], name = 'large') {
  const { body, headers } = multipart([modelPart(Buffer.concat(pieces))]);
  const act = () => send(`${host.url}/realtime-services/${name}/1.0.0`, 'POST', headers, body);
  return Promise.resolve(act);
}

/** Puts the file to its link; what it gives publishes it. */
async function publishByLink(host: PublishHost, pieces: readonly Buffer[], name = 'large') {
  const json = { 'content-type': 'application/json' };
  const announcement = JSON.stringify({ kind: 'model', fileName: 'model.onnx' });
  const announced = await fetch(`${host.url}/uploads`, { method: 'POST', headers: json, body: announcement });
  const upload = (await announced.json()) as {
    uploadId: string;
    url: string;
    headers: Record<string, string>;
  };
  await send(upload.url, 'PUT', upload.headers, Buffer.concat(pieces));
  const body = Buffer.from(JSON.stringify({ uploads: [upload.uploadId] }));
  return () => send(`${host.url}/realtime-services/${name}/1.0.0`, 'POST', json, body);
}

/** On a connection of its own: one that is kept may have ended while a large model was made. */
async function send(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Promise<void> {
  const length = { 'content-length': String(body.length) };
  const asked = request(url, { method, headers: { ...headers, ...length }, agent: false });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const text = Buffer.concat(await answer.toArray()).toString();
  if (answer.statusCode === 201) return;
  throw new Error(`${method} was answered with ${answer.statusCode ?? 0}: ${text.slice(0, 500)}`);
}
