import { join } from 'node:path';
import { acquireLock } from './lock.mjs';
import { UserProblem } from './messages.mjs';

/** Takes a data folder for this launcher; throws a UserProblem that names who has it. `name` is what the user calls it. */
export async function lockDataFolder(dataDir, name) {
  const { lock, holder } = await acquireLock(join(dataDir, 'start.lock'));
  if (lock !== undefined) return lock;
  const where = holder.port === null ? 'is starting' : `listens on port ${holder.port}`;
  throw new UserProblem(
    `the data folder ${name} is in use by process ${holder.pid}, which ${where}: ` +
      'stop it, or give this one a folder and a port of its own with --data and --port',
  );
}
