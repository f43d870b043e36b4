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

/** The model versions of a running host, asked over its own HTTP interface. `token` where access is on. */
export async function listModels(url: string, token?: string): Promise<readonly ListedVersion[]> {
  const deadline = performance.now() + checkPatienceMs;
  for (;;) {
    const { index } = modelList.parse(await getJson(`${url}/v2/models`, token));
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
  {
    token,
    platform = process.platform,
  }: { readonly token?: string | undefined; readonly platform?: NodeJS.Platform } = {},
): Promise<string | undefined> {
  let found: string | undefined;
  for (const { name, version } of index.filter(({ state }) => state === 'READY')) {
    const [model, release] = [encodeURIComponent(name), encodeURIComponent(version)];
    const row = exampleRow(await getJson(`${url}/v2/models/${model}/versions/${release}`, token));
    if (row === undefined) continue;
    const [address, body] = [`${url}/api/${model}/${release}`, JSON.stringify(row)];
    const call = callOf(address, body, { platform, isSecured: token !== undefined });
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

async function getJson(address: string, token: string | undefined): Promise<unknown> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(address, { headers, signal: AbortSignal.timeout(callTimeoutMs) });
  if (!answer.ok) throw new Error(`GET ${new URL(address).pathname} answered ${answer.status}`);
  return answer.json();
}

/** A command that logs in, of which the next one takes the access token. */
export function loginCall(url: string, platform: NodeJS.Platform = process.platform): string {
  const body = JSON.stringify({ username: 'admin', password: '...' });
  return callOf(`${url}/login`, body, { platform, isSecured: false });
}

/** The first user as the only start that knows the password tells it. */
export function describeFirstUser(
  { name, password }: { readonly name: string; readonly password: string },
  access: 'on' | 'off',
): string {
  const when = access === 'on' ? 'shown this once' : 'shown this once, needed with --require-login';
  return `user: ${name}, password: ${password} (${when})`;
}

function callOf(
  address: string,
  body: string,
  { platform, isSecured }: { readonly platform: NodeJS.Platform; readonly isSecured: boolean },
): string {
  if (platform === 'win32') {
    const header = isSecured ? ` -Headers @{authorization='Bearer <access_token>'}` : '';
    return powerShellCall(address, body) + header;
  }
  return curlCall(address, body) + (isSecured ? ' -H "authorization: Bearer <access_token>"' : '');
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
