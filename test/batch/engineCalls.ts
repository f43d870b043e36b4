import assert from 'node:assert/strict';
import type { EngineState, JobEngine } from '../../shared/batch/engine.js';
import { firstState } from '../../shared/batch/run/runState.js';
import { openKeys } from '../../local/keys.js';
import { send } from '../support/http.js';

/** The durable engine of a host in another process, by its management API. */
export class RemoteEngine implements JobEngine {
  readonly #url: string;
  readonly #code: string;

  constructor(url: string, dataDir: string) {
    this.#url = `${url}/runtime/webhooks/durabletask`;
    this.#code = encodeURIComponent(openKeys(dataDir).system.durabletask_extension);
  }

  async start(jobId: string): Promise<void> {
    const place = `${this.#url}/orchestrators/batchScore/${jobId}?code=${this.#code}`;
    const { status, text } = await send(place, { body: firstState(jobId) });
    assert.equal(status, 202, text);
  }

  async stateOf(jobId: string): Promise<EngineState> {
    const { status, text } = await send(`${this.#url}/instances/${jobId}?code=${this.#code}`);
    if (status === 404) return 'unknown';
    switch ((JSON.parse(text) as { runtimeStatus: string }).runtimeStatus) {
      case 'Completed':
        return 'completed';
      case 'Failed':
        return 'failed';
      case 'Terminated':
        return 'terminated';
      default:
        return 'running';
    }
  }

  /** Ends the run, as an operator does it. */
  async terminate(jobId: string): Promise<void> {
    const place = `${this.#url}/instances/${jobId}/terminate?code=${this.#code}&reason=test`;
    const { status, text } = await send(place, { method: 'POST' });
    assert.equal(status, 202, text);
    while ((await this.stateOf(jobId)) !== 'terminated');
  }
}
