import { cp, mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { median, runLoad } from './load.js';
import { startApp, type BenchServer } from './servers.js';

const root = path.resolve(__dirname, '..', '..');
const modelsDir = path.join(root, '.warmstart', 'bench', 'models');
const heavyModel = path.join(root, 'test', 'models', 'heavy', 'model.onnx');
const body = JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [1.5] }] });
const inferPath = '/v2/models/heavy/infer';

/**
 * A model whose run takes over 100 ms: that it does not hold up the rest (health answers while it is scored at four
 * connections), and what a second worker brings through HTTP against what it brings two bare threads.
 */
export async function measureHeavyModel(quick: boolean): Promise<void> {
  await rm(modelsDir, { recursive: true, force: true });
  await mkdir(path.join(modelsDir, 'heavy'), { recursive: true });
  await cp(path.dirname(heavyModel), path.join(modelsDir, 'heavy', '1'), { recursive: true });
  await measureHealth(quick);
  await measureScaling(quick);
}

async function measureHealth(quick: boolean): Promise<void> {
  const server = await startApp({ WARMSTART_MODELS_DIR: modelsDir });
  await runLoad({ port: server.port, path: inferPath, body, connections: 4, durationMs: 1000 });
  const durationMs = quick ? 3000 : 15_000;
  const [heavy, health] = await Promise.all([
    runLoad({ port: server.port, path: inferPath, body, connections: 4, durationMs }),
    runLoad({
      port: server.port,
      method: 'GET',
      path: '/v2/health/live',
      connections: 1,
      durationMs,
      pauseMs: 5,
    }),
  ]);
  await server.stop();
  console.log(
    `while the heavy model is scored at 4 connections (run p50 ${heavy.p50Ms.toFixed(0)} ms there):`,
  );
  console.log(`/v2/health/live p50 ${health.p50Ms.toFixed(2)} ms, p99 ${health.p99Ms.toFixed(2)} ms`);
  console.log('wanted: p99 under 20 ms\n');
}

async function measureScaling(quick: boolean): Promise<void> {
  const one = await startApp({ WARMSTART_MODELS_DIR: modelsDir, WARMSTART_WORKERS: '1' });
  const two = await startApp({ WARMSTART_MODELS_DIR: modelsDir, WARMSTART_WORKERS: '2' });
  const bare = await Promise.all([startBareWorker(), startBareWorker()]);
  const served = async (server: BenchServer, connections: number) => {
    const load = { port: server.port, path: inferPath, body, connections, durationMs: quick ? 1500 : 5000 };
    return (await runLoad(load)).requestsPerSecond;
  };
  const runs = quick ? 6 : 16;
  // open the sessions on all threads before the clock runs
  await served(one, 1);
  await served(two, 2);
  const shares: number[] = [];
  const httpRatios: number[] = [];
  const bareRatios: number[] = [];
  for (let round = 0; round < (quick ? 1 : 5); round++) {
    const httpRatio = (await served(two, 2)) / (await served(one, 1));
    const bareRatio = (await runBare(bare, runs)) / (await runBare(bare.slice(0, 1), runs));
    httpRatios.push(httpRatio);
    bareRatios.push(bareRatio);
    shares.push(httpRatio / bareRatio);
  }
  await Promise.all([one.stop(), two.stop(), ...bare.map((worker) => worker.terminate())]);
  console.log(
    `heavy model, two workers against one (${availableParallelism()} cores), median of ${shares.length}:`,
  );
  console.log(`bare threads ${median(bareRatios).toFixed(3)}, through HTTP ${median(httpRatios).toFixed(3)}`);
  console.log(`share of the bare ratio: ${median(shares).toFixed(3)}`);
  console.log('wanted: at least 0.93\n');
}

function startBareWorker(): Promise<Worker> {
  const worker = new Worker(path.join(__dirname, 'bareWorker.js'), {
    workerData: { modelFile: heavyModel, input: 'x' },
  });
  return new Promise((resolve, reject) => {
    worker.once('message', () => {
      resolve(worker);
    });
    worker.once('error', reject);
  });
}

/** Runs per second over all the workers. */
async function runBare(workers: readonly Worker[], runsEach: number): Promise<number> {
  const start = performance.now();
  await Promise.all(
    workers.map(
      (worker) =>
        new Promise<void>((resolve) => {
          worker.once('message', () => {
            resolve();
          });
          worker.postMessage(runsEach);
        }),
    ),
  );
  return (workers.length * runsEach * 1000) / (performance.now() - start);
}
