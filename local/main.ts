import { BlockList, isIP } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { localPrincipal } from '../shared/auth/principal.js';
import { makeFirstUser } from '../shared/auth/users/firstUser.js';
import { configureServices, services } from '../shared/services.js';
import { exitOnUnhandled } from './exitOnUnhandled.js';
import { mayMakeFirstUser } from './firstUser.js';
import { startHost, type RunningHost } from './host.js';
import { HostFault } from './hostFault.js';
import { loadLocalSettings } from './localSettings.js';
import { StderrLog } from './log.js';
import { describeFirstUser, describeModels, exampleCall, listModels, loginCall } from './welcome.js';

// The composition root of the local host: the one place where the host meets the product. It is started by
// the launcher with its options as one JSON argument and talks to it over IPC; it also runs by itself.

const projectRoot = join(__dirname, '..', '..');

const optionsSchema = z.object({
  appDir: z.string().default(projectRoot),
  hostname: z.string().min(1).default('127.0.0.1'),
  port: z.number().int().default(7071),
  dataDir: z.string().default(join(projectRoot, '.warmstart')),
  /** the account of AzureWebJobsStorage was started by the launcher, for this data folder alone */
  ownStorage: z.boolean().default(false),
  /** whether callers must say who they are */
  access: z.enum(['on', 'off']).default('off'),
  /** true after a crash: the greeting has been shown */
  restarted: z.boolean().default(false),
});

type Options = z.infer<typeof optionsSchema>;

const drainMessage = z.object({ type: z.literal('drain'), graceMs: z.number() });
const defaultGraceMs = 5000;
/** Names under which the host may be called, besides the one it was given; browsers write ::1 in brackets. */
const loopbackNames = ['localhost', '127.0.0.1', '::1', '[::1]'];

/** Starts the host, tells the launcher, and ends the process when it is asked to. */
async function main(options: Options): Promise<void> {
  const running: { host?: RunningHost } = {};
  drainWhenAsked(running);

  const { access, appDir, dataDir, hostname, port } = options;
  if (isIP(hostname) !== 0) refuseOpenAddress(hostname, options);
  loadLocalSettings(appDir);
  // on one machine the data lies where the host keeps its own
  process.env.WARMSTART_STORAGE ??= process.env.AzureWebJobsStorage ?? '';
  const mode = access === 'on' ? 'required' : 'off';
  configureServices({ access: mode, stateDir: dataDir, watchModels: true });
  const allowedHosts = [...loopbackNames, hostname.toLowerCase()];
  const checkAddress = (address: string): void => {
    refuseOpenAddress(address, options);
  };
  const host = await startHost({ appDir, hostname, port, dataDir, allowedHosts, checkAddress });
  running.host = host;

  process.send?.({ type: 'ready', port: host.port });
  console.log(`Warmstart is listening on ${host.url}`);
  if (!options.restarted) await greet(host, options);
  // also after a crash, which may have come before anybody was told
  await tellFirstUser(options);
}

/** Nobody else may reach a host without access checks, nor send passwords and keys to one without TLS. */
function refuseOpenAddress(address: string, { access, hostname }: Options): void {
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8);
  loopback.addAddress('::1', 'ipv6');
  if (loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) return;
  const named = address === hostname ? hostname : `${hostname} (${address})`;
  throw new HostFault(
    `--host ${named} is refused: ${access === 'on' ? 'there is no TLS' : 'access is off'}, ` +
      'so only this machine may call (127.0.0.1, ::1 or localhost)',
  );
}

/** Ends the process gently on a word of the launcher, when the launcher is gone, or on a signal of its own. */
function drainWhenAsked(running: { readonly host?: RunningHost }): void {
  let asked = false;
  const drain = (graceMs: number): void => {
    if (asked) return;
    asked = true;
    // before it listens there is nothing to answer
    void (running.host?.stop(graceMs) ?? Promise.resolve()).finally(() => process.exit(0));
  };
  process.on('SIGTERM', () => {
    drain(defaultGraceMs);
  });
  process.on('SIGINT', () => {
    // under the launcher Ctrl-C is the launcher's: it sends the message
    if (process.send === undefined) drain(defaultGraceMs);
  });
  process.on('message', (message) => {
    const parsed = drainMessage.safeParse(message);
    if (parsed.success) drain(parsed.data.graceMs);
  });
  process.on('disconnect', () => {
    drain(defaultGraceMs);
  });
}

/** Says what can be called, ending with a line to paste. */
async function greet(host: RunningHost, { access, hostname }: Options): Promise<void> {
  const lines = [`access: ${access} (${hostname} only)`];
  try {
    const token = access === 'on' ? await services().auth.tokenFor(localPrincipal) : undefined;
    const models = await listModels(host.url, token);
    lines.push(models.length === 0 ? 'models: none' : 'models:', ...describeModels(models));
    const call = await exampleCall(host.url, models, { token });
    if (call !== undefined)
      lines.push('try:', ...(access === 'on' ? [`  ${loginCall(host.url)}`] : []), `  ${call}`);
  } catch (error) {
    lines.push(`models: not known (${messageOf(error)})`);
  }
  if (host.unavailable.length > 0) {
    // the host's log has the reasons
    const names = host.unavailable.map(({ name, trigger }) => `${name} (${trigger})`);
    lines.push(`not available in the local host: ${names.join(', ')}`);
  }
  console.log(lines.join('\n'));
}

/** Makes the first user where there is none, and tells the password this once: only its hash is kept. */
async function tellFirstUser({ access, ownStorage }: Options): Promise<void> {
  const { auth, clock, settings } = services();
  const accounts = { started: process.env.AzureWebJobsStorage, users: settings.storage };
  if (!mayMakeFirstUser({ access, ownStorage, ...accounts })) return;
  try {
    const user = await makeFirstUser(auth.users, clock);
    if (user) console.log(describeFirstUser(user, access));
  } catch (error) {
    console.log(`users: not known (${messageOf(error)})`);
  }
}

/** Tells why the start failed and ends; what is no HostFault is a defect and shows where it comes from. */
function fail(error: unknown): void {
  if (!(error instanceof HostFault)) console.error(error);
  const message = messageOf(error);
  const exit = (): void => process.exit(1);
  if (process.send === undefined) {
    console.error(message);
    exit();
  } else {
    process.send({ type: 'failed', message }, undefined, undefined, exit);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

exitOnUnhandled(new StderrLog());
const options = optionsSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
main(options).catch((error: unknown) => {
  fail(error);
});
