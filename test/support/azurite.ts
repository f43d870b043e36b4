import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from './project.js';
import { temporaryDir, type CleanUp } from './temporaryDir.js';

const ACCOUNT = 'devstoreaccount1';
/** The key that Azurite is known for. */
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** A storage server with blobs and queues, in memory, on free ports; it ends with the test or the file. */
export async function startAzurite(t: CleanUp): Promise<{ connectionString: string; blobPort: number }> {
  const script = path.join(projectRoot, 'node_modules', 'azurite', 'dist', 'src', 'azurite.js');
  const ports = ['--blobPort', '0', '--queuePort', '0', '--tablePort', '0'];
  const quiet = ['--inMemoryPersistence', '--disableTelemetry', '--skipApiVersionCheck'];
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
  return { connectionString, blobPort: Number(new URL(address('Blob')).port) };
}
