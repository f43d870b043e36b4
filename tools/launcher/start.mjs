import { join, resolve } from 'node:path';
import { acquireLock } from './lock.mjs';
import { nodeBinary } from './nodeBinary.mjs';
import { prepare } from './prepare.mjs';
import { identify } from './processIdentity.mjs';
import { projectRoot } from './project.mjs';
import { servingFlags } from './servingFlags.mjs';
import { parseStartArguments } from './startArguments.mjs';
import { supervise } from './supervise.mjs';
import { UserProblem } from './messages.mjs';

/** `npm start`: installs and builds what is not current, then serves until a signal ends it. */
export async function start(args) {
  const wanted = parseStartArguments(args);
  const dataDir = resolve(projectRoot, wanted.data);
  const lock = await lockDataFolder(dataDir, wanted.data);
  try {
    if (wanted.build) await prepare(projectRoot);
    const launch = {
      node: nodeBinary(projectRoot),
      nodeArguments: [...servingFlags, ...(wanted.inspect ? ['--inspect=127.0.0.1:9229'] : [])],
      script: join(projectRoot, 'dist', 'local', 'main.js'),
      cwd: projectRoot,
      options: { appDir: projectRoot, hostname: wanted.host, port: wanted.port, dataDir },
    };
    return await supervise(launch, ({ pid, port }) => {
      lock.update({ server: identify(pid), host: wanted.host, port });
    });
  } finally {
    lock.release();
  }
}

async function lockDataFolder(dataDir, name) {
  const { lock, holder } = await acquireLock(join(dataDir, 'start.lock'));
  if (lock !== undefined) return lock;
  const where = holder.port === null ? 'is starting' : `listens on port ${holder.port}`;
  throw new UserProblem(
    `the data folder ${name} is in use by process ${holder.pid}, which ${where}: ` +
      'stop it, or give this one a folder and a port of its own with --data and --port',
  );
}
