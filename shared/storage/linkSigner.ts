import {
  BlobSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  type UserDelegationKey,
} from '@azure/storage-blob';
import type { Clock } from '../clock.js';
import type { BlobAddress, LinkOptions } from './blobStore.js';
import type { SdkAccount } from './sdkAccount.js';
import type { Tries } from './tries.js';

/** Clocks of storage and of the app differ. */
const EARLY_MS = 5 * 60_000;
/** Storage gives out keys for at most seven days; the margin is for the clocks. */
const MAX_KEY_LIFETIME_MS = 7 * 24 * 3_600_000 - 2 * EARLY_MS;
const KEY_LIFETIME_MS = 6 * 3_600_000;

/** Signs links to single blobs: with the account key, or for a managed identity with a key that storage gives out. */
export class LinkSigner {
  #key: { readonly key: UserDelegationKey; readonly untilMs: number } | undefined;

  constructor(
    private readonly account: SdkAccount,
    private readonly tries: Tries,
    private readonly clock: Clock,
  ) {}

  /** Undefined for an account that is opened by a signature of others. Throws as `Tries.run`. */
  async sign(blob: BlobAddress, options: LinkOptions): Promise<string | undefined> {
    const { blobs, sharedKey, identity, isHttps } = this.account;
    const nowMs = this.clock.wallMs();
    const lifetimeMs = identity ? Math.min(options.lifetimeMs, MAX_KEY_LIFETIME_MS) : options.lifetimeMs;
    const values = {
      containerName: blob.container,
      blobName: blob.name,
      permissions: BlobSASPermissions.parse(options.permission === 'read' ? 'r' : 'cw'),
      startsOn: new Date(nowMs - EARLY_MS),
      expiresOn: new Date(nowMs + lifetimeMs),
      protocol: isHttps ? SASProtocol.Https : SASProtocol.HttpsAndHttp,
      ...(options.fileName === undefined ? {} : { contentDisposition: attachment(options.fileName) }),
    };
    const signature = sharedKey
      ? generateBlobSASQueryParameters(values, sharedKey)
      : identity &&
        generateBlobSASQueryParameters(
          values,
          await this.#delegationKey(nowMs + lifetimeMs),
          blobs.accountName,
        );
    if (signature === undefined) return undefined;
    return `${blobs.getContainerClient(blob.container).getBlobClient(blob.name).url}?${signature.toString()}`;
  }

  async #delegationKey(untilMs: number): Promise<UserDelegationKey> {
    if (this.#key && this.#key.untilMs >= untilMs) return this.#key.key;
    const nowMs = this.clock.wallMs();
    const keyUntilMs = Math.max(untilMs, nowMs + KEY_LIFETIME_MS);
    const key = await this.tries.run({ name: 'get a key for links' }, (one) =>
      this.account.blobs.getUserDelegationKey(new Date(nowMs - EARLY_MS), new Date(keyUntilMs), {
        abortSignal: one.signal,
      }),
    );
    this.#key = { key, untilMs: keyUntilMs };
    return key;
  }
}

/** RFC 6266: plain ASCII for old readers, and the name itself. */
function attachment(fileName: string): string {
  const ascii = fileName.replaceAll(/[^ -~]|["\\%]/g, '_');
  const exact = encodeURIComponent(fileName.toWellFormed()).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${exact}`;
}
