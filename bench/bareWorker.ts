import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';

// A scoring thread without anything around it: runs a one-column model on one row as often as it is told to.

async function main(): Promise<void> {
  const { modelFile, input } = workerData as { modelFile: string; input: string };
  const session = await InferenceSession.create(path.resolve(modelFile), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableCpuMemArena: false,
  });
  parentPort?.on('message', (runs: number) => void run(session, input, runs));
  parentPort?.postMessage('ready');
}

async function run(session: InferenceSession, input: string, runs: number): Promise<void> {
  for (let i = 0; i < runs; i++) await session.run({ [input]: new Tensor('float32', [1 + i], [1, 1]) });
  parentPort?.postMessage('done');
}

void main();
