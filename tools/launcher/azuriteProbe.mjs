import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export const storageServices = ['blob', 'queue', 'table'];

const probeTimeoutMs = 2000;
const pauseMs = 25;

/** What is on a port of this machine: `azurite` (the service of that name), `free` or `other`. */
function probe(service, port) {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, agent: false, timeout: probeTimeoutMs }, (response) => {
      response.resume();
      // every answer of Azurite, also a refusal, names it: Azurite-Blob/3.35.0
      const server = String(response.headers.server).toLowerCase();
      resolve(server.startsWith(`azurite-${service}/`) ? 'azurite' : 'other');
    });
    request.once('timeout', () => request.destroy());
    request.once('error', (error) => resolve(error.code === 'ECONNREFUSED' ? 'free' : 'other'));
  });
}

/** What is on each of the ports `{ blob, queue, table }`. */
export function probeAll(ports) {
  return Promise.all(storageServices.map((service) => probe(service, ports[service])));
}

/** Waits until all three services answer: true; false when `isOver()` or the time has passed before that. */
export async function waitForAnswers(ports, isOver, limitMs) {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await probeAll(ports);
    if (isOver()) return false;
    if (found.every((what) => what === 'azurite')) return true;
    if (performance.now() > deadline) return false;
    await delay(pauseMs);
  }
}
