import { withDeadline } from '../../deadline.js';
import type { CatalogEntry } from '../../models/catalog.js';
import type { Instance } from '../../presence.js';
import type { Services } from '../../services.js';

type StatusCode = 'pass' | 'warn' | 'fail';

/** A node of the status tree (contracts/machine-learning-server.md 1.6). */
export interface StatusNode {
  readonly statusCode: StatusCode;
  readonly details: Readonly<Record<string, string | number | boolean>>;
  readonly components: Readonly<Record<string, StatusNode>> | null;
}

/** Whoever asks for the state of the server wants to know within this time. */
const storageMs = 5000;

/** How the server is: this instance and the others, access, storage and models. Tells no paths and no secrets. */
export async function serverStatus(services: Services): Promise<StatusNode> {
  const { presence, catalog, settings, access, clock } = services;
  const late = () => new Error('storage is silent');
  const [told] = await Promise.all([
    withDeadline(presence.live(), storageMs, clock, late).catch(() => undefined),
    catalog.current(),
  ]);
  const instances = told ?? [presence.own];
  const backends = instances.map((instance) => {
    const isWell = instance.id !== presence.own.id || services.isReady();
    return [instance.id, instanceNode(instance, isWell)] as const;
  });
  return parent({
    backends: parent(Object.fromEntries(backends)),
    authentication: leaf('pass', { access }),
    database: storageNode(settings.storage !== undefined, told !== undefined),
    models: modelsNode(catalog.list()),
  });
}

function instanceNode({ pool, version, seenMs }: Instance, isWell: boolean): StatusNode {
  const { threads, usable, busy, waiting, queueLimit } = pool;
  const takesCalls = isWell && usable > 0;
  const isFull = queueLimit > 0 && waiting >= queueLimit;
  return leaf(!takesCalls ? 'fail' : isFull ? 'warn' : 'pass', {
    ...{ threads, busy, waiting, queueLimit },
    // the same in the words of Machine Learning Server
    pythonMaxPoolSize: threads,
    pythonCurrentPoolSize: usable,
    pythonActiveShellCount: busy,
    pythonCanOpenShell: takesCalls && !isFull ? 'True' : 'False',
    apiVersion: '1.0',
    version,
    seen: new Date(seenMs).toISOString(),
  });
}

function modelsNode(entries: readonly CatalogEntry[]): StatusNode {
  const count = (wanted: CatalogEntry['state']) => entries.filter(({ state }) => state === wanted).length;
  const details = { ready: count('READY'), loading: count('LOADING'), unavailable: count('UNAVAILABLE') };
  return leaf(details.unavailable > 0 ? 'warn' : 'pass', details);
}

function storageNode(isConfigured: boolean, answers: boolean): StatusNode {
  const state = !isConfigured ? 'NotConfigured' : answers ? 'Open' : 'Unreachable';
  return leaf(answers ? 'pass' : 'fail', { type: 'blob storage', name: 'main', state });
}

const leaf = (statusCode: StatusCode, details: StatusNode['details']): StatusNode => ({
  statusCode,
  details,
  components: null,
});

/** A node that is as well as the worst of its components. */
function parent(components: Readonly<Record<string, StatusNode>>): StatusNode {
  const codes = Object.values(components).map((node) => node.statusCode);
  const worst = (['fail', 'warn'] as const).find((code) => codes.includes(code)) ?? 'pass';
  return { statusCode: worst, details: {}, components };
}
