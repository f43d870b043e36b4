import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { connect } from 'node:net';
import { identify, isAlive } from './processIdentity.mjs';

/**
 * Takes a lock file for this process. Gives `{ lock }`, or `{ holder }` when a living process has it.
 * What a dead process left is taken over.
 */
export async function acquireLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  const record = {
    token: `${process.pid}-${Date.now()}-${Math.random().toString(36).slice(2)}`,
    startedAt: new Date().toISOString(),
    port: null,
    launcher: identify(process.pid),
    server: null,
  };
  for (;;) {
    if (create(file, record)) return { lock: ownLock(file, record) };
    const found = read(file);
    if (found === undefined) continue; // removed between the two looks
    if (await isHeld(found.record)) return { holder: describe(found.record) };
    takeAway(file, found.text, record.token);
  }
}

function ownLock(file, record) {
  return {
    /** Adds what became known later: the port, the serving process. */
    update(changes) {
      Object.assign(record, changes);
      writeFileSync(`${file}.${record.token}`, JSON.stringify(record));
      renameSync(`${file}.${record.token}`, file);
    },
    /** Removes the lock, unless somebody else has it by now. */
    release() {
      if (read(file)?.record?.token === record.token) rmSync(file, { force: true });
    },
  };
}

/** Makes the file in one step with its content, so that nobody ever reads half a lock. */
function create(file, record) {
  const draft = `${file}.${record.token}`;
  writeFileSync(draft, JSON.stringify(record));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    // file systems without hard links: the file is new or not, its content follows at once
    return createWithoutLink(file, record);
  } finally {
    rmSync(draft, { force: true });
  }
}

function createWithoutLink(file, record) {
  try {
    writeFileSync(file, JSON.stringify(record), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function read(file) {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return { text, record: JSON.parse(text) };
  } catch {
    return { text, record: null };
  }
}

async function isHeld(record) {
  // the serving process may outlive a killed launcher by the seconds of its drain
  const alive = [record?.launcher, record?.server].filter((process) => process && isAlive(process));
  if (alive.length === 0) return false;
  if (alive.some(({ born }) => born !== null) || record.port === null) return true;
  // without start times a pid may be somebody else's by now; then the port decides
  return answers(record.port, record.host);
}

function answers(port, host) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: host ?? '127.0.0.1' });
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}

/** Moves a dead process's lock out of the way; puts it back if it has become somebody's in the meantime. */
function takeAway(file, expectedText, token) {
  const aside = `${file}.${token}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') !== expectedText) {
    try {
      linkSync(aside, file);
    } catch {
      // a third process has made its own by now
    }
  }
  rmSync(aside, { force: true });
}

function describe({ launcher, port, startedAt }) {
  return { pid: launcher.pid, port, startedAt };
}
