// The process of the storage emulator (Azurite). It takes the lock of its data before it touches them, so that no
// two of them ever write to one folder, however their launchers ended. Its options are one JSON argument: the
// script of Azurite and its arguments, the lock file and what is to be written into it.
import { setImmediate } from 'node:timers';
import { pathToFileURL } from 'node:url';
import { acquireLock } from './launcher/lock.mjs';

const { script, args, lockFile, details } = JSON.parse(process.argv[2]);

// Azurite hears SIGTERM only when it has started; one that comes earlier waits until then.
let asked = false;
process.on('SIGTERM', () => (asked = true));
process.on('newListener', (name, listener) => {
  if (name === 'SIGTERM' && asked) setImmediate(listener);
});

try {
  const { holder } = await acquireLock(lockFile, details);
  if (holder !== undefined) throw new Error(`its data is in use by process ${holder.pid}`);
  process.argv = [process.execPath, script, ...args];
  await import(pathToFileURL(script).href);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
