import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from './project.js';
import { temporaryDir, type CleanUp } from './temporaryDir.js';

const ACCOUNT = 'devstoreaccount1';
/** The key that Azurite is known for. */
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** Data that outlive the server, and the ports that it had before. */
interface KeptAzurite {
  readonly folder: string;
  readonly ports?: readonly string[];
}

interface RunningAzurite {
  readonly connectionString: string;
  readonly blobPort: number;
  readonly pid: number;
  /** Of blobs, queues and tables. */
  readonly ports: readonly string[];
  /** SIGTERM, and its end. */
  stop(): Promise<void>;
}

/** A storage server with blobs and queues, in memory unless `kept`, on free ports; it ends with the test or the file. */
export async function startAzurite(t: CleanUp, kept?: KeptAzurite): Promise<RunningAzurite> {
  const script = path.join(projectRoot, 'node_modules', 'azurite', 'dist', 'src', 'azurite.js');
  const services = ['Blob', 'Queue', 'Table'];
  const ports = services.flatMap((name, at) => [`--${name.toLowerCase()}Port`, kept?.ports?.[at] ?? '0']);
  const place = kept ? ['--location', kept.folder] : ['--inMemoryPersistence'];
  const quiet = [...place, '--silent', '--disableTelemetry', '--skipApiVersionCheck'];
  const child = spawn(process.execPath, [script, ...ports, ...quiet], {
    cwd: temporaryDir(t),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  t.after(async () => {
    process.off('exit', kill);
    if (child.exitCode === null && kill()) await once(child, 'exit');
  });
  const found = new Map<string, string>();
  for await (const line of createInterface({ input: child.stdout })) {
    const [, service, address] =
      /^Azurite (\w+) service is successfully listening at (\S+)$/.exec(line) ?? [];
    if (service !== undefined && address !== undefined) found.set(service, address);
    if (found.size === 3) break;
  }
  child.stdout.resume();
  const address = (service: string): string => found.get(service) ?? `no address of ${service}`;
  const endpoint = (service: string): string => `${service}Endpoint=${address(service)}/${ACCOUNT};`;
  const account = `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${KEY};`;
  const connectionString = account + endpoint('Blob') + endpoint('Queue');
  const blobPort = Number(new URL(address('Blob')).port);
  return {
    connectionString,
    blobPort,
    pid: child.pid as number,
    ports: services.map((name) => new URL(address(name)).port),
    async stop() {
      if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
    },
  };
}
