import { startHost, type HostOptions, type RunningHost } from '../../local/host.js';
import { exitOnUnhandled } from '../../local/exitOnUnhandled.js';
import { StderrLog } from '../../local/log.js';

// The local host as a process of its own: its options come as one JSON argument; it tells its parent over IPC that it
// listens or why it does not, and ends with its parent.

const GRACE_MS = 1000;

async function main(options: HostOptions): Promise<void> {
  const running: { host?: RunningHost } = {};
  const end = (): void => {
    void (running.host?.stop(GRACE_MS) ?? Promise.resolve()).finally(() => process.exit(0));
  };
  process.on('SIGTERM', end).on('disconnect', end);
  running.host = await startHost(options);
  process.send?.({ type: 'ready', port: running.host.port });
}

exitOnUnhandled(new StderrLog());
main(JSON.parse(process.argv[2] ?? '{}') as HostOptions).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  console.error(message);
  process.send?.({ type: 'failed', message }, undefined, undefined, () => process.exit(1));
});
