import { linkSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { explainFolderFault } from './folderFault.mjs';
import { readLock } from './lockFile.mjs';
import { findHolder } from './lockHolder.mjs';
import { UserProblem } from './messages.mjs';
import { identify } from './processIdentity.mjs';

/** A held lock gets a new time so often; lockHolder.mjs says for whom that matters. */
const refreshMs = 5000;
/** Two that find a stale lock at once are through with each other's files by then. */
const confirmMs = 100;

/**
 * Takes a lock file for this process, with `details` written into it. Gives `{ lock }`, or `{ holder }` when a
 * living process has it. What a dead process left is taken over. Throws a UserProblem where the file cannot be made.
 */
export async function acquireLock(file, details = {}) {
  const record = {
    token: `${process.pid}-${Date.now()}-${Math.random().toString(36).slice(2)}`,
    startedAt: new Date().toISOString(),
    port: null,
    launcher: identify(process.pid),
    server: null,
    ...details,
  };
  try {
    mkdirSync(dirname(file), { recursive: true });
    return await acquire(file, record);
  } catch (error) {
    throw explainFolderFault(error, dirname(file));
  }
}

async function acquire(file, record) {
  let tookAway = false;
  for (;;) {
    if (create(file, record)) {
      if (tookAway) await delay(confirmMs);
      if (!tookAway || isOwn(file, record)) return { lock: ownLock(file, record) };
    }
    const found = readLock(file);
    if (found === undefined) continue; // removed between the two looks
    const holder = await findHolder(found);
    if (holder !== undefined) return { holder };
    takeAway(file, found.text, record.token);
    tookAway = true;
  }
}

function ownLock(file, record) {
  const timer = setInterval(() => refresh(file, record), refreshMs).unref();
  return {
    /** Adds what became known later: the port, the serving process. Throws a UserProblem when the lock is lost. */
    update(changes) {
      Object.assign(record, changes);
      const draft = `${file}.${record.token}`;
      try {
        if (!isOwn(file, record))
          throw new UserProblem(`${file} has been removed or taken by another process`);
        writeFileSync(draft, JSON.stringify(record));
        renameSync(draft, file);
      } catch (error) {
        rmSync(draft, { force: true });
        throw explainFolderFault(error, dirname(file));
      }
    },
    /** Removes the lock, unless somebody else has it by now. */
    release() {
      clearInterval(timer);
      try {
        if (isOwn(file, record)) rmSync(file, { force: true });
      } catch (error) {
        throw explainFolderFault(error, dirname(file));
      }
    },
  };
}

function isOwn(file, { token }) {
  return readLock(file)?.record?.token === token;
}

function refresh(file, record) {
  try {
    if (isOwn(file, record)) utimesSync(file, new Date(), new Date());
  } catch {
    // the next update tells what is wrong
  }
}

/** Makes the file in one step with its content, so that nobody ever reads half a lock. */
function create(file, record) {
  const draft = `${file}.${record.token}`;
  try {
    writeFileSync(draft, JSON.stringify(record));
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    if (error.syscall !== 'link') throw error;
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

/** Moves a dead process's lock out of the way; puts it back if it has become somebody's in the meantime. */
function takeAway(file, expectedText, token) {
  if (readLock(file)?.text !== expectedText) return;
  const aside = `${file}.${token}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (readLock(aside)?.text !== expectedText) {
    try {
      linkSync(aside, file);
    } catch {
      // a third process has made its own by now; who has lost this one sees it at its next look
    }
  }
  rmSync(aside, { force: true });
}
