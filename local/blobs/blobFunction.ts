import type { ReadSetting } from '../appSettings.js';
import { HostFault } from '../hostFault.js';
import type { TriggeredFunction } from '../triggers.js';
import type { BlobAccount } from './blobAccount.js';
import { PathPattern } from './pathPattern.js';

export interface BlobFunction {
  readonly target: TriggeredFunction;
  readonly pattern: PathPattern;
  readonly account: BlobAccount;
  /** The setting that holds the connection string. */
  readonly connection: string;
  /** `<account>/<container>` */
  readonly container: string;
  /** The function reads the blob itself. */
  readonly readsItself: boolean;
  /** Blobs that were there before the function is watched for the first time are not for it. */
  readonly newOnly: boolean;
}

/**
 * What the trigger of a function says. Throws a HostFault that names the function for a path, a source or a
 * connection that cannot be used.
 */
export function toBlobFunction(
  target: TriggeredFunction,
  readSetting: ReadSetting,
  openAccount: (connectionString: string) => BlobAccount,
): BlobFunction {
  const { path, connection: given, source, properties } = target.trigger.options;
  const refuse = (why: string): never => {
    throw new HostFault(`function "${target.name}": ${why}`);
  };
  if (typeof path !== 'string') return refuse('path must be a text');
  let pattern: PathPattern;
  try {
    pattern = new PathPattern(path);
  } catch (error) {
    return refuse(`path "${path}" cannot be used: ${(error as Error).message}`);
  }
  const newOnly = source === 'EventGrid';
  if (!newOnly && source !== undefined && source !== 'LogsAndContainerScan')
    return refuse(`source ${JSON.stringify(source)} must be LogsAndContainerScan or EventGrid`);

  const connection = typeof given === 'string' && given !== '' ? given : 'AzureWebJobsStorage';
  const text = readSetting(connection) ?? '';
  if (text === '') return refuse(`the app setting "${connection}" must hold a connection string`);
  let account: BlobAccount;
  try {
    account = openAccount(text);
  } catch {
    // the client's own words may quote the setting, which is a secret
    return refuse(
      `the app setting "${connection}" is not a connection string of a storage account with blobs and queues`,
    );
  }
  const { supportsDeferredBinding } = (properties ?? {}) as { supportsDeferredBinding?: unknown };
  const container = `${account.name}/${pattern.container}`;
  const readsItself = supportsDeferredBinding === 'true';
  return { target, pattern, account, connection, container, readsItself, newOnly };
}
