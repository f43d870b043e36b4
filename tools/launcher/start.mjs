import { join, resolve } from 'node:path';
import { lockDataFolder } from './dataFolder.mjs';
import { holdSignals } from './holdSignals.mjs';
import { nodeBinary } from './nodeBinary.mjs';
import { prepare } from './prepare.mjs';
import { identify } from './processIdentity.mjs';
import { projectRoot } from './project.mjs';
import { rebuildOnChange } from './rebuildOnChange.mjs';
import { servingFlags } from './servingFlags.mjs';
import { parseStartArguments } from './startArguments.mjs';
import { openStorage } from './storage.mjs';
import { supervise } from './supervise.mjs';

/**
 * `npm start`: installs and builds what is not current, then serves until a signal ends it. Storage and the serving
 * process start at the same time; storage ends last, because the app writes to it until its own end.
 */
export async function start(args, root = projectRoot) {
  const wanted = parseStartArguments(args);
  const dataDir = resolve(root, wanted.data);
  const lock = await lockDataFolder(dataDir, wanted.data);
  let signals;
  let storage;
  try {
    if (wanted.build) await prepare(root);
    signals = holdSignals();
    const node = nodeBinary(root);
    storage = await openStorage({ given: wanted.storage, root, node, dataDir });
    if (signals.happened()) return 130;
    const launch = {
      node,
      nodeArguments: [...servingFlags, ...(wanted.inspect ? ['--inspect=127.0.0.1:9229'] : [])],
      script: join(root, 'dist', 'local', 'main.js'),
      cwd: root,
      options: {
        appDir: root,
        hostname: wanted.host,
        port: wanted.port,
        dataDir,
        ownStorage: wanted.storage === undefined,
        access: wanted.requireLogin ? 'on' : 'off',
      },
      // not among the arguments, which every user of the machine can read
      env: { AzureWebJobsStorage: storage.connectionString },
    };
    const onChange = ({ pid, port }) => {
      lock.update({ server: identify(pid), host: wanted.host, port });
    };
    const watch = wanted.watch ? (restart) => rebuildOnChange(root, restart) : undefined;
    return await supervise(launch, onChange, { problem: storage.problem, watch });
  } finally {
    await storage?.stop();
    signals?.release();
    lock.release();
  }
}
