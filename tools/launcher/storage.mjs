import { keepAzurite } from './azurite.mjs';
import { probeAll, storageServices } from './azuriteProbe.mjs';
import { findAzurite } from './azuriteProcess.mjs';
import { complain, say, UserProblem } from './messages.mjs';

const account = 'devstoreaccount1';
/** The key of the emulator's account, the same for everybody: it listens on 127.0.0.1 alone. */
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
/** Where UseDevelopmentStorage=true looks. */
const usualPorts = { blob: 10_000, queue: 10_001, table: 10_002 };

/**
 * The storage of one `npm start`: the account of `given`, a connection string, or Azurite on the data folder.
 * Gives `{ connectionString, problem, stop }`; problem gives a UserProblem when storage cannot be kept running.
 */
export async function openStorage({ given, root, node, dataDir }) {
  if (given !== undefined) {
    say(`storage: the account of --storage; data folder ${dataDir}`);
    return { connectionString: given, problem: undefined, stop: async () => undefined };
  }
  const { ports, problem, stop } = await keepAzurite({ root, node, dataDir });
  return { connectionString: connectionString(ports), problem, stop };
}

/**
 * Brings up Azurite on its usual ports and waits until it answers; gives `{ stop }`. One that runs there already
 * and is not of this data folder is used and left alone.
 */
export async function openUsualStorage({ root, node, dataDir }) {
  if ((await findAzurite(dataDir)).process === undefined) {
    const found = await probeAll(usualPorts);
    if (found.every((what) => what === 'azurite')) {
      say('using the storage emulator that runs already');
      return { stop: async () => undefined };
    }
    const taken = storageServices.find((_, index) => found[index] !== 'free');
    if (taken !== undefined) {
      throw new UserProblem(
        `port ${usualPorts[taken]} (storage emulator, ${taken}) is taken, and not by a complete Azurite on 10000 to 10002: free it, then start again`,
      );
    }
  }
  const { ready, problem, stop } = await keepAzurite({ root, node, dataDir, fixedPorts: usualPorts });
  if (!(await ready)) {
    await stop();
    throw await problem;
  }
  void problem.then(({ message }) => complain(message));
  return { stop };
}

function connectionString({ blob, queue, table }) {
  const endpoint = (name, port) => `${name}Endpoint=http://127.0.0.1:${port}/${account}`;
  return [
    'DefaultEndpointsProtocol=http',
    `AccountName=${account}`,
    `AccountKey=${key}`,
    endpoint('Blob', blob),
    endpoint('Queue', queue),
    `${endpoint('Table', table)};`,
  ].join(';');
}
