import assert from 'node:assert/strict';
import { send, type Answer, type Sent } from '../../support/http.js';
import { parseExact } from '../../support/bytes.js';
import { until } from '../batch/jobClient.js';

/** An item of a batch as it is answered. */
export interface ItemAnswer {
  readonly success: boolean;
  readonly errorMessage: string;
  readonly outputParameters: Readonly<Record<string, unknown>>;
  readonly outputFiles: Readonly<Record<string, unknown>>;
  readonly consoleOutput: string;
  readonly changedFiles: readonly string[];
}

export interface BatchAnswer {
  readonly state: string;
  readonly completedItemCount: number;
  readonly totalItemCount: number;
  readonly parallelCount: number;
  readonly batchExecutionResults: readonly ItemAnswer[];
}

/** The batch routes of one service, called as clients of the contract do. */
export class ServiceBatchClient {
  readonly #base: string;

  /** `service`: `<name>/<version>`. */
  constructor(url: string, service: string) {
    this.#base = `${url}/api/${service}`;
  }

  consume(item: unknown): Promise<Answer> {
    return send(this.#base, { body: item });
  }

  call(path: string, sent: Sent = {}): Promise<Answer> {
    return send(`${this.#base}/batch${path}`, sent);
  }

  start(items: unknown, query = '?parallelCount=10', headers: Sent['headers'] = {}): Promise<Answer> {
    return this.call(query, { body: items, headers });
  }

  /** The id of a batch that must be taken. */
  async started(items: unknown, query?: string): Promise<string> {
    const { status, text } = await this.start(items, query);
    assert.equal(status, 202, text);
    return (JSON.parse(text) as { BatchExecutionId: string }).BatchExecutionId;
  }

  /** The answer about a batch; numbers beyond 2^53 come as bigint. */
  async batch(id: string, query = ''): Promise<BatchAnswer> {
    const { status, text } = await this.call(`/${id}${query}`);
    assert.equal(status, 200, text);
    return parseExact(text) as BatchAnswer;
  }

  /** The answer when the batch has ended. */
  ended(id: string): Promise<BatchAnswer> {
    return until(`the end of batch ${id}`, async () => {
      const { state } = await this.batch(id, '?showPartialResult=false');
      return state === 'Complete' || state === 'Failed' ? this.batch(id) : undefined;
    });
  }

  /** The results of a batch that must end as Complete. */
  async results(items: unknown, query?: string): Promise<readonly ItemAnswer[]> {
    const answer = await this.ended(await this.started(items, query));
    assert.equal(answer.state, 'Complete');
    assert.equal(answer.completedItemCount, answer.totalItemCount);
    assert.equal(answer.batchExecutionResults.length, answer.totalItemCount);
    return answer.batchExecutionResults;
  }

  async list(): Promise<readonly string[]> {
    const { status, text } = await this.call('');
    assert.equal(status, 200, text);
    return JSON.parse(text) as string[];
  }
}
