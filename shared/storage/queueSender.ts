import { QueueServiceClient } from '@azure/storage-queue';
import { badConnection, type Connection } from './connection.js';
import type { SdkAccount } from './sdkAccount.js';
import { hasCode } from './storageFault.js';
import type { Tries } from './tries.js';

const CLIENT_OPTIONS = { retryOptions: { maxTries: 1 } };

/** Sends messages to queues of the account. Loading this file loads the queue client. */
export class QueueSender {
  readonly #queues: QueueServiceClient;

  /** Throws SCORE_ERR_SETTING when the connection names no queues. */
  constructor(
    connection: Connection,
    account: SdkAccount,
    private readonly tries: Tries,
  ) {
    this.#queues = openQueues(connection, account);
  }

  /** In base64, as queue triggers expect it. A lost answer makes a second message. Throws as `Tries.run`. */
  async send(queue: string, text: string, signal?: AbortSignal): Promise<void> {
    const client = this.#queues.getQueueClient(queue);
    const message = Buffer.from(text).toString('base64');
    await this.tries.run({ name: `send to queue '${queue}'`, signal }, async (one) => {
      const options = { abortSignal: one.signal };
      try {
        await client.sendMessage(message, options);
      } catch (error) {
        if (!hasCode(error, 'QueueNotFound')) throw error;
        await client.createIfNotExists(options);
        await client.sendMessage(message, options);
      }
    });
  }
}

function openQueues(connection: Connection, account: SdkAccount): QueueServiceClient {
  try {
    return connection.kind === 'text'
      ? QueueServiceClient.fromConnectionString(connection.text, { ...CLIENT_OPTIONS })
      : new QueueServiceClient(connection.queueUrl, account.identity, CLIENT_OPTIONS);
  } catch {
    // what the client says may quote the text
    throw badConnection('it names no queues');
  }
}
