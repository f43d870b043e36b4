import { median, runLoad, type LoadFigures } from './load.js';
import { startApp, startConstantFunction, startPlainServer, type BenchServer } from './servers.js';
import { printTable } from './table.js';

const consumptionBody = '{"hp":120,"wt":2.8}';
const inferBody = JSON.stringify({
  inputs: [
    { name: 'hp', datatype: 'FP32', shape: [1, 1], data: [120] },
    { name: 'wt', datatype: 'FP32', shape: [1, 1], data: [2.8] },
  ],
});

interface Target {
  readonly label: string;
  readonly server: BenchServer;
  readonly path: string;
  readonly body: string;
}

/**
 * What scoring costs on top of the host: (a) plain node:http with ONNX Runtime, (b) a constant function on the local
 * host, (c) one row of `transmission` through /api and /v2. The targets take turns, round by round; figures are medians
 * over the rounds, so that what disturbs the machine disturbs all alike.
 */
export async function measureOverhead(quick: boolean): Promise<void> {
  const [plain, constant, app] = [await startPlainServer(), await startConstantFunction(), await startApp()];
  const api = '/api/transmission/1.0.0';
  const infer = '/v2/models/transmission/versions/1.0.0/infer';
  const targets: Target[] = [
    { label: 'a', server: plain, path: '/', body: consumptionBody },
    { label: 'b api', server: constant, path: '/bench/constant/api', body: consumptionBody },
    { label: 'c api', server: app, path: api, body: consumptionBody },
    { label: 'b v2', server: constant, path: '/bench/constant/v2', body: inferBody },
    { label: 'c v2', server: app, path: infer, body: inferBody },
  ];
  for (const connections of [1, 16]) {
    const figures = await inTurns(targets, connections, quick);
    printFigures(figures, connections);
  }
  await Promise.all([plain.stop(), constant.stop(), app.stop()]);
}

async function inTurns(
  targets: readonly Target[],
  connections: number,
  quick: boolean,
): Promise<Map<string, LoadFigures[]>> {
  const figures = new Map<string, LoadFigures[]>();
  const rounds = quick ? 2 : 7;
  // the first round warms up and is not counted
  for (let round = 0; round <= rounds; round++) {
    for (const { label, server, path, body } of targets) {
      const durationMs = quick ? 500 : 2000;
      const measured = await runLoad({ port: server.port, path, body, connections, durationMs });
      if (measured.failures > 0) throw new Error(`${label}: ${measured.failures} answers were not 200`);
      if (round > 0) figures.set(label, [...(figures.get(label) ?? []), measured]);
    }
  }
  return figures;
}

function printFigures(figures: ReadonlyMap<string, readonly LoadFigures[]>, connections: number): void {
  const of = (label: string, key: 'requestsPerSecond' | 'p50Ms' | 'p99Ms') =>
    median((figures.get(label) ?? []).map((one) => one[key]));
  // each round gives a ratio of neighbours in time; their median is steadier than a ratio of medians
  const ratio = (above: string, below: string) => {
    const divisors = figures.get(below) ?? [];
    return median(
      (figures.get(above) ?? []).map(
        (one, i) => one.requestsPerSecond / (divisors[i]?.requestsPerSecond ?? NaN),
      ),
    );
  };
  printTable(
    `one-row transmission, ${connections} connection${connections === 1 ? '' : 's'}`,
    ['', 'requests/s', 'p50 ms', 'p99 ms'],
    [...figures.keys()].map((label) => [
      label,
      of(label, 'requestsPerSecond').toFixed(0),
      of(label, 'p50Ms').toFixed(3),
      of(label, 'p99Ms').toFixed(3),
    ]),
  );
  const pairs: [string, string][] = [
    ['c api', 'b api'],
    ['c v2', 'b v2'],
    ['c api', 'a'],
    ['c v2', 'a'],
  ];
  for (const [above, below] of pairs) {
    const apart = of(above, 'p50Ms') - of(below, 'p50Ms');
    console.log(
      `${above} / ${below}: ${ratio(above, below).toFixed(3)} of the requests/s, p50 ${apart.toFixed(3)} ms above`,
    );
  }
  console.log(wanted(connections));
}

const wanted = (connections: number) =>
  connections === 1 ? 'wanted: p50 of c at most 0.3 ms above b\n' : 'wanted: c / b at least 0.75\n';
