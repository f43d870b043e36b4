import { hash, randomBytes } from 'node:crypto';
import { ScoringError } from '../../errors/scoringError.js';
import { shownName } from '../../errors/shownName.js';
import type { BlobAddress, BlobStore } from '../../storage/blobStore.js';
import { changeJsonBlob, readJsonBlob } from '../../storage/jsonBlob.js';
import { fieldError } from '../../protocols/jsonObject.js';
import { requireFree, withGone, type GoneName } from '../goneNames.js';
import type { Role } from '../principal.js';

/** The two keys of a client: while one is replaced the other serves. */
export const keyNames = ['primary', 'secondary'] as const;

export type KeyName = (typeof keyNames)[number];

/** Every key begins so, so that people and scanners for lost secrets know it. */
export const keyPrefix = 'wsk_';

interface StoredKey {
  readonly sha256: string;
  readonly createdMs: number;
}

/** What a client's keys may do. */
export interface KeyRules {
  readonly role: Role;
  /** Models that they are bound to; undefined: all. */
  readonly services?: readonly string[];
}

/** What is asked for a client's keys. `services`: undefined keeps what it is; of a new client that is all. */
export interface KeyChange {
  readonly role: Role;
  readonly services?: readonly string[] | 'all' | undefined;
}

/** A client as storage keeps it. */
export interface KeyClient extends KeyRules, Readonly<Record<KeyName, StoredKey>> {
  readonly client: string;
  readonly createdMs: number;
}

interface KeysFile {
  readonly clients: readonly KeyClient[];
  readonly gone?: readonly GoneName[];
}

const blob: BlobAddress = { container: 'state', name: 'keys.json' };

/** They are read together, every few seconds while keys are used. */
const mostClients = 500;

/**
 * The clients that call with keys, kept as `state/keys.json` with the hashes of their keys. A key has 256 random bits,
 * so that a plain SHA-256 hides it. Throws the errors of storage, and SCORE_ERR_STATE_BUSY.
 */
export class KeyStore {
  constructor(
    private readonly open: () => BlobStore,
    private readonly goneKeptMs: number,
    private readonly onChange: () => void,
  ) {}

  /** All of them, in order of name. */
  async list(): Promise<readonly KeyClient[]> {
    const clients = (await readJsonBlob<KeysFile>(this.open(), blob))?.value.clients ?? [];
    return clients.toSorted((a, b) => (a.client < b.client ? -1 : 1));
  }

  /**
   * Makes a client and gives its keys, or changes what they may do; gives what that is now. Throws SCORE_ERR_ACCOUNTS_FULL,
   * SCORE_ERR_ACCOUNT_NAME_HELD, and SCORE_ERR_REQUEST_FIELD for an Owner who stays bound to models.
   */
  async put(
    client: string,
    { role, services }: KeyChange,
    nowMs: number,
  ): Promise<{ readonly rules: KeyRules; readonly keys?: Readonly<Record<KeyName, string>> }> {
    const keys = { primary: newKey(), secondary: newKey() };
    let outcome: { rules: KeyRules; keys?: typeof keys } = { rules: { role } };
    await this.#change((clients, gone) => {
      const before = clients.find((one) => one.client === client);
      const bound = services === 'all' ? undefined : (services ?? before?.services);
      if (bound && role === 'Owner') throw boundOwner();
      if (!before && clients.length >= mostClients) {
        const message = `there are ${mostClients} clients already; remove one first`;
        throw new ScoringError('SCORE_ERR_ACCOUNTS_FULL', message);
      }
      if (!before) requireFree(gone, client, nowMs, this.goneKeptMs);
      const stored = before ?? {
        primary: storedKey(keys.primary, nowMs),
        secondary: storedKey(keys.secondary, nowMs),
        createdMs: nowMs,
      };
      const { primary, secondary, createdMs } = stored;
      const rules: KeyRules = { role, ...(bound === undefined ? {} : { services: bound }) };
      outcome = { rules, ...(before ? {} : { keys }) };
      const next = { client, ...rules, primary, secondary, createdMs };
      return { clients: [...clients.filter((one) => one.client !== client), next], gone };
    });
    return outcome;
  }

  /** Puts a new key in the place of one. Throws SCORE_ERR_CLIENT_NOT_FOUND. */
  async regenerate(client: string, name: KeyName, nowMs: number): Promise<string> {
    const key = newKey();
    await this.#change((clients, gone) => ({
      clients: replaced(clients, client, (one) => [{ ...one, [name]: storedKey(key, nowMs) }]),
      gone,
    }));
    return key;
  }

  /** Throws SCORE_ERR_CLIENT_NOT_FOUND. */
  async remove(client: string, nowMs: number): Promise<void> {
    await this.#change((clients, gone) => ({
      clients: replaced(clients, client, () => []),
      gone: withGone(gone, client, nowMs, this.goneKeptMs),
    }));
  }

  async #change(
    change: (clients: readonly KeyClient[], gone: readonly GoneName[]) => KeysFile,
  ): Promise<void> {
    await changeJsonBlob<KeysFile>(this.open(), blob, 'the list of clients', (file) =>
      change(file?.clients ?? [], file?.gone ?? []),
    );
    this.onChange();
  }
}

function replaced(
  clients: readonly KeyClient[],
  client: string,
  replace: (found: KeyClient) => readonly KeyClient[],
): readonly KeyClient[] {
  if (!clients.some((one) => one.client === client)) {
    throw new ScoringError('SCORE_ERR_CLIENT_NOT_FOUND', `there is no client '${shownName(client)}'`);
  }
  return clients.flatMap((one) => (one.client === client ? replace(one) : [one]));
}

/** The refusal of keys that may do everything for some models. */
export const boundOwner = () =>
  fieldError('/services', "an Owner may do everything: his keys cannot be bound to models, only to 'all'");

const newKey = () => keyPrefix + randomBytes(32).toString('base64url');

const storedKey = (key: string, createdMs: number): StoredKey => ({ sha256: hash('sha256', key), createdMs });
