import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { startApp, type BenchServer } from './servers.js';
import { printTable } from './table.js';

const root = path.resolve(__dirname, '..', '..');
const warmCalls = 200;

interface CallFigures {
  readonly total_ms: number;
  readonly load_ms: number;
  readonly run_ms: number;
}

interface Stats {
  readonly model_stats: readonly {
    readonly name: string;
    readonly version: string;
    readonly first_call: CallFigures | null;
    readonly warm: CallFigures | null;
    readonly first_to_warm_ratio: number | null;
  }[];
}

/** The first call of every shipped model against its warm ones, as the statistics route tells. */
export async function measureFirstCalls(): Promise<void> {
  const server = await startApp();
  const { model_stats: models } = await getJson<Stats>(server, '/v2/models/stats');
  for (const { name, version } of models) await callRepeatedly(server, name, version);
  const after = await getJson<Stats>(server, '/v2/models/stats');
  await server.stop();
  printTable(
    `first and warm calls, one row (warm: mean of ${warmCalls})`,
    ['model', 'first ms', 'of it load', 'of it run', 'warm ms', 'of it run', 'first / warm'],
    after.model_stats.map(({ name, version, first_call: first, warm, first_to_warm_ratio: ratio }) => [
      `${name} ${version}`,
      shown(first?.total_ms),
      shown(first?.load_ms),
      shown(first?.run_ms),
      shown(warm?.total_ms),
      shown(warm?.run_ms),
      shown(ratio, 0),
    ]),
  );
  console.log('');
}

async function callRepeatedly(server: BenchServer, name: string, version: string): Promise<void> {
  const file = path.join(root, 'models', name, version, 'expected.json');
  const { columns } = JSON.parse(await readFile(file, 'utf8')) as { columns: Record<string, unknown[]> };
  const inputData = Object.fromEntries(
    Object.entries(columns).map(([column, cells]) => [column, cells.slice(0, 1)]),
  );
  for (let i = 0; i <= warmCalls; i++) {
    const answer = await fetch(`http://127.0.0.1:${server.port}/api/${name}/${version}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ inputData }),
    });
    if (!answer.ok) throw new Error(`${name} ${version}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  }
}

async function getJson<T>(server: BenchServer, route: string): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${server.port}${route}`);
  return (await answer.json()) as T;
}

const shown = (value: number | null | undefined, digits = 2) => (value ?? NaN).toFixed(digits);
