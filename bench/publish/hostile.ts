import { fixtureFile, modelPart, publish } from '../../test/functions/publish/publishCalls.js';
import { onnxFloats, onnxModel, onnxNode, onnxValue } from '../../test/support/onnxBytes.js';
import { scoreAtFixedRate, type OpenLoopFigures } from '../batch/openLoop.js';
import { startStorage } from '../batch/benchStorage.js';
import { median } from '../load.js';
import { printTable } from '../table.js';
import { startPublishHost, type PublishHost } from './publishHost.js';

const callEveryMs = 5;
const declared = 25_000_000_000;

const hostileModels: readonly (readonly [name: string, bytes: Buffer])[] = [
  ['truncated', fixtureFile('truncated')],
  ['random bytes', fixtureFile('random-bytes')],
  ['external data outside', fixtureFile('external-escape')],
  ['3,000 local functions', fixtureFile('deep-functions')],
  [
    'declared 100 GB tensor',
    onnxModel({
      nodes: [onnxNode('Add', ['x', 'w'], ['y'])],
      inputs: [onnxValue('x', [-1, 1])],
      outputs: [onnxValue('y', [-1, 1])],
      initializers: [onnxFloats('w', [declared], new Uint8Array(4))],
    }),
  ],
  ['endless loop', fixtureFile('endless-loop')],
];

/** Latency of the shipped model while hostile models are refused one after the other, against the quiet host. */
export async function measureHostile(quick: boolean): Promise<void> {
  const storage = await startStorage();
  const host = await startPublishHost(storage);
  const tookS = new Map<string, number>();
  const ratios: number[] = [];
  const rows: string[][] = [];
  await scoreFor(host, 2000);
  for (let round = 0; round < (quick ? 1 : 5); round++) {
    const quiet = await scoreFor(host, 15_000);
    let isOver = false;
    const [busy] = await Promise.all([
      score(host, () => isOver),
      refuseAll(host, tookS).finally(() => (isOver = true)),
    ]);
    ratios.push(busy.p99Ms / quiet.p99Ms);
    rows.push([String(round + 1), ...shown(quiet), ...shown(busy), (busy.p99Ms / quiet.p99Ms).toFixed(2)]);
  }
  await host.stop();
  await storage.stop();
  const head = ['round', 'quiet p50', 'p99', 'max', 'refusing p50', 'p99', 'max', 'p99 ratio'];
  printTable(`/api/transmission/1.0.0, ${1000 / callEveryMs} calls per second, ms`, head, rows);
  console.log(`median of the ratios: ${median(ratios).toFixed(2)}, wanted at most 2`);
  const times = [...tookS].map(([name, seconds]) => `${name} ${seconds.toFixed(1)} s`);
  console.log(`slowest refusals: ${times.join(', ')}; wanted under 15 s each\n`);
}

/** Publishes each of them, one after the other. */
async function refuseAll(host: PublishHost, tookS: Map<string, number>): Promise<void> {
  for (const model of hostileModels) await refuse(host, model, tookS);
}

async function refuse(
  host: PublishHost,
  [name, bytes]: readonly [string, Buffer],
  tookS: Map<string, number>,
): Promise<void> {
  const begunMs = performance.now();
  const answer = await publish(host.url, 'hostile/1.0.0', [modelPart(bytes)]);
  if (answer.status !== 400) throw new Error(`${name} was answered with ${answer.status}: ${answer.text}`);
  tookS.set(name, Math.max(tookS.get(name) ?? 0, (performance.now() - begunMs) / 1000));
}

function scoreFor(host: PublishHost, forMs: number): Promise<OpenLoopFigures> {
  const until = performance.now() + forMs;
  return score(host, () => performance.now() > until);
}

function score({ url }: PublishHost, isOver: () => boolean): Promise<OpenLoopFigures> {
  const body = JSON.stringify({ hp: 120, wt: 2.8 });
  return scoreAtFixedRate(`${url}/api/transmission/1.0.0`, body, callEveryMs, isOver);
}

const shown = ({ p50Ms, p99Ms, maxMs }: OpenLoopFigures) => [p50Ms, p99Ms, maxMs].map((ms) => ms.toFixed(2));
