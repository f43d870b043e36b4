import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { storageServices } from './azuriteProbe.mjs';
import { say } from './messages.mjs';

/** Below the ports that systems give to outgoing connections: one of those could be taken at the next start. */
const range = [20_000, 30_000];

/** Free ports of 127.0.0.1 for storage: those of `before` as far as they are free, because stored URLs name them. */
export async function choosePorts(before = {}) {
  const ports = {};
  for (const service of storageServices) {
    const wanted = before[service];
    if (wanted !== undefined && (await isFree(wanted))) {
      ports[service] = wanted;
      continue;
    }
    ports[service] = await findFree([...Object.values(ports), ...Object.values(before)]);
    if (wanted !== undefined)
      say(
        `port ${wanted} of storage (${service}) is taken by another program: using ${ports[service]}; stored URLs with ${wanted} do not work`,
      );
  }
  return ports;
}

async function findFree(taken) {
  for (;;) {
    const port = randomInt(...range);
    if (!taken.includes(port) && (await isFree(port))) return port;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
