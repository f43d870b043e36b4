import assert from 'node:assert/strict';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { startHost, type RunningHost } from '../../../local/host.js';
import type { HostKeys } from '../../../local/keys.js';
import { projectRoot } from '../../support/project.js';
import { TestClock } from '../../support/testClock.js';
import { noteEvents, type HistoryEventView } from './durableCase.js';

const WEBHOOK = '/runtime/webhooks/durabletask';
/** A test that waits for what does not come fails after this, with what there is instead. */
const PATIENCE_MS = 10_000;

export const KEYS: HostKeys = {
  master: 'test-master-key-000000000000',
  host: 'test-host-key-00000000000000',
  system: {
    durabletask_extension: 'test-durable-key-00000000000',
    blobs_extension: 'test-blobs-key-0000000000000',
  },
};

export interface InstanceView {
  readonly runtimeStatus: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly customStatus: unknown;
  readonly historyEvents: readonly HistoryEventView[];
}

export interface CallAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Call {
  readonly body?: string | undefined;
  readonly contentType?: string | undefined;
  /** The key in the address, none for `undefined`; that of the extension unless given. */
  readonly key?: string | undefined;
}

/** The app of the durable cases on the local host, with a store in memory and a clock that the test moves. */
export class DurableHost {
  readonly clock = new TestClock();
  readonly log: string[] = [];
  #host: RunningHost | undefined;

  get url(): string {
    assert.ok(this.#host, 'the host has not been started');
    return this.#host.url;
  }

  async start(): Promise<void> {
    this.#host = await startHost({
      appDir: path.join(projectRoot, 'test', 'conformance', 'app-durable'),
      hostname: '127.0.0.1',
      port: 0,
      settings: {},
      keys: KEYS,
      clock: this.clock,
      log: {
        log: (level, category, message) => {
          this.log.push(`${level} ${category} ${message}`);
        },
      },
    });
  }

  async stop(): Promise<void> {
    await this.#host?.stop(0);
  }

  /** A call of the management API; `at` begins behind its base address. */
  async call(method: string, at: string, call: Call = {}): Promise<CallAnswer> {
    const key = 'key' in call ? call.key : KEYS.system.durabletask_extension;
    const code = key === undefined ? '' : `${at.includes('?') ? '&' : '?'}code=${key}`;
    return this.send(method, `${WEBHOOK}${at}${code}`, call);
  }

  async send(
    method: string,
    at: string,
    { body, contentType = 'application/json' }: Call = {},
  ): Promise<CallAnswer> {
    const response = await fetch(`${this.url}${at}`, {
      method,
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
      headers: body === undefined || contentType === '' ? {} : { 'content-type': contentType },
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  async startInstance(orchestrator: string, instanceId: string, input: unknown): Promise<void> {
    const at = `/orchestrators/${orchestrator}/${instanceId}`;
    const { status, text } = await this.call('POST', at, { body: JSON.stringify(input) });
    assert.equal(status, 202, text);
  }

  /** The instance with its history, or undefined. */
  async instance(instanceId: string): Promise<InstanceView | undefined> {
    const at = `/instances/${encodeURIComponent(instanceId)}?showHistory=true&showHistoryOutput=true`;
    const { status, text } = await this.call('GET', at);
    return status === 404 ? undefined : (JSON.parse(text) as InstanceView);
  }

  /** Gives the instance as soon as it is as wanted. */
  async waitFor(instanceId: string, wanted: (instance: InstanceView) => boolean): Promise<InstanceView> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = await this.instance(instanceId);
      if (found !== undefined && wanted(found)) return found;
      if (performance.now() > deadlineMs) {
        const { runtimeStatus, output } = found ?? {};
        const history = noteEvents(found?.historyEvents ?? []);
        assert.fail(
          `${instanceId} stays ${String(runtimeStatus)}, history "${history}", output ${JSON.stringify(output)}`,
        );
      }
      await turn();
    }
  }

  ended(instanceId: string): Promise<InstanceView> {
    return this.waitFor(instanceId, ({ runtimeStatus }) =>
      ['Completed', 'Failed', 'Terminated'].includes(runtimeStatus),
    );
  }
}
