import { connect } from 'node:net';
import { isAlive } from './processIdentity.mjs';

/** A holder refreshes its lock every few seconds. */
const freshMs = 30_000;

/**
 * Who has the lock: `{ pid, port, startedAt }` of a living process, undefined when nobody does. The serving process
 * may outlive a killed launcher by the seconds of its drain; then it is the one that is named.
 */
export async function findHolder({ record, changedAt }) {
  const alive = [record?.launcher, record?.server].filter((process) => process && isAlive(process));
  const holder = alive[0];
  if (holder === undefined) return undefined;
  const { port, startedAt } = record;
  return (await isSure(alive, record, changedAt)) ? { pid: holder.pid, port, startedAt } : undefined;
}

/** Without start times a pid may be somebody else's by now: then the port decides, or the lock's time without one. */
async function isSure(alive, { port, host }, changedAt) {
  if (alive.some(({ born }) => born !== null)) return true;
  return port === null ? Date.now() - changedAt < freshMs : answers(port, host);
}

function answers(port, host) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: host ?? '127.0.0.1' });
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
