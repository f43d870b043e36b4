import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { TokenCredential } from '@azure/identity';
import { badConnection, type Connection } from './connection.js';

/** The blobs of the account by the storage client. */
export interface SdkAccount {
  readonly blobs: BlobServiceClient;
  readonly isHttps: boolean;
  /** Present with an account key. */
  readonly sharedKey?: StorageSharedKeyCredential;
  /** Present with a managed identity. */
  readonly identity?: TokenCredential;
}

// repeats are ours: those of the client do not end a silent connection and know nothing of conditional writes
const CLIENT_OPTIONS = { retryOptions: { maxTries: 1 } };

/** Opens the account. Loading this file loads the storage client. Throws SCORE_ERR_SETTING. */
export async function openSdkAccount(
  connection: Connection,
  identityClientId: string | undefined,
): Promise<SdkAccount> {
  if (connection.kind === 'identity') {
    const { managedIdentity } = await import('./managedIdentity.js');
    const identity = managedIdentity(identityClientId);
    const blobs = new BlobServiceClient(connection.blobUrl, identity, CLIENT_OPTIONS);
    return { blobs, isHttps: true, identity };
  }
  const blobs = openByText(connection.text);
  const { credential } = blobs;
  return {
    blobs,
    isHttps: blobs.url.startsWith('https:'),
    ...(credential instanceof StorageSharedKeyCredential ? { sharedKey: credential } : {}),
  };
}

function openByText(text: string): BlobServiceClient {
  try {
    return BlobServiceClient.fromConnectionString(text, { ...CLIENT_OPTIONS });
  } catch {
    // what the client says may quote the text
    throw badConnection('it is no connection string');
  }
}
