import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const modelList = z.object({
  index: z.array(
    z.object({ name: z.string(), version: z.string(), state: z.string(), reason: z.string().optional() }),
  ),
});

const modelColumns = z.object({
  columns: z.array(z.object({ name: z.string(), example: z.unknown().optional() })),
});

type ListedVersion = z.infer<typeof modelList>['index'][number];

/** New models are checked before they are served; what takes longer is shown as it is. */
const checkPatienceMs = 5_000;
const callTimeoutMs = 10_000;
/** A line to paste should be short. */
const fewColumns = 4;

/** The model versions of a running host, asked over its own HTTP interface. */
export async function listModels(url: string): Promise<readonly ListedVersion[]> {
  const deadline = performance.now() + checkPatienceMs;
  for (;;) {
    const { index } = modelList.parse(await getJson(`${url}/v2/models`));
    if (performance.now() > deadline || index.every(({ state }) => state !== 'LOADING')) return index;
    await delay(50);
  }
}

/** One line per model with the versions that can be called, and one per version that cannot, with the reason. */
export function describeModels(index: readonly ListedVersion[]): string[] {
  const isReady = ({ state }: ListedVersion): boolean => state === 'READY';
  const ready = Map.groupBy(index.filter(isReady), ({ name }) => name);
  return [
    ...[...ready].map(([name, versions]) => `  ${name} ${versions.map(({ version }) => version).join(', ')}`),
    ...index
      .filter((listed) => !isReady(listed))
      .map(
        ({ name, version, state, reason }) => `  ${name} ${version} ${state}${reason ? `: ${reason}` : ''}`,
      ),
  ];
}

/** A command that scores when it is pasted: of the first ready model with few columns and an example for each. */
export async function exampleCall(
  url: string,
  index: readonly ListedVersion[],
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  let found: string | undefined;
  for (const { name, version } of index.filter(({ state }) => state === 'READY')) {
    const [model, release] = [encodeURIComponent(name), encodeURIComponent(version)];
    const row = exampleRow(await getJson(`${url}/v2/models/${model}/versions/${release}`));
    if (row === undefined) continue;
    const [address, body] = [`${url}/api/${model}/${release}`, JSON.stringify(row)];
    const call = platform === 'win32' ? powerShellCall(address, body) : curlCall(address, body);
    if (Object.keys(row).length <= fewColumns) return call;
    found ??= call;
  }
  return found;
}

/** The example values of a model's columns, undefined unless every column has one. */
function exampleRow(metadata: unknown): Readonly<Record<string, unknown>> | undefined {
  const parsed = modelColumns.safeParse(metadata);
  if (!parsed.success) return undefined; // a model of tensors has no columns
  const { columns } = parsed.data;
  if (columns.length === 0 || columns.some(({ example }) => example === undefined)) return undefined;
  return Object.fromEntries(columns.map(({ name, example }) => [name, example]));
}

async function getJson(address: string): Promise<unknown> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(callTimeoutMs) });
  if (!answer.ok) throw new Error(`GET ${new URL(address).pathname} answered ${answer.status}`);
  return answer.json();
}

function curlCall(address: string, body: string): string {
  // double quotes are understood by every shell, but only where the text holds nothing that a shell replaces
  const quoted = /[$`!\\%]/.test(body)
    ? `'${body.replaceAll("'", String.raw`'\''`)}'`
    : `"${body.replaceAll('"', String.raw`\"`)}"`;
  return `curl -s ${address} -H "content-type: application/json" -d ${quoted}`;
}

function powerShellCall(address: string, body: string): string {
  const quoted = `'${body.replaceAll("'", "''")}'`;
  return `Invoke-RestMethod ${address} -Method Post -ContentType application/json -Body ${quoted}`;
}
