import type { TestContext } from 'node:test';
import type { HistoryEvent } from '../../../local/durable/historyEvents.js';
import type { ManagementRequest } from '../../../local/durable/managementAnswer.js';
import { answerManagement } from '../../../local/durable/managementApi.js';
import { parseQuery } from '../../../local/http/query.js';
import { percentDecode } from '../../../local/http/percentDecode.js';
import { DurableStore } from '../../../local/durable/sqliteStore.js';
import type { RuntimeStatus } from '../../../local/durable/store.js';
import { TaskHub, type TaskHubOptions } from '../../../local/durable/taskHub.js';
import { TestClock } from '../../support/testClock.js';

export const LINKS = {
  baseUrl: 'http://localhost:7071/runtime/webhooks/durabletask',
  code: 'KEY=',
  hubName: 'TestHub',
};
export const JSON_TYPE = 'application/json; charset=utf-8';

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Value of the JSON, or '' for an empty body. */
  readonly body: unknown;
}

/** A hub on a store in memory, with a clock that stands still. */
export class HubUnderTest {
  readonly clock = new TestClock();
  readonly notified: string[] = [];
  readonly store: DurableStore = new DurableStore(':memory:');
  readonly hub: TaskHub;

  constructor(t: TestContext, more: Partial<TaskHubOptions> = {}) {
    t.after(() => {
      this.store.close();
    });
    const notify = (instanceId: string): void => void this.notified.push(instanceId);
    const { store, clock } = this;
    const orchestrators = ['chain', 'waitOne'];
    const own = { store, clock, notify, orchestrators };
    this.hub = new TaskHub({ ...own, overridableStates: 'NonRunningStates', ...more });
  }

  /** `target`: method, path below the base, and query. */
  async ask(target: string, more: Partial<ManagementRequest> & { text?: string } = {}): Promise<Answer> {
    const [method = '', address = ''] = target.split(' ');
    const [path = '', query] = address.split('?');
    const answer = await answerManagement(this.hub, {
      method,
      path: `/${percentDecode(path, true)}`,
      query: parseQuery(`?${query ?? ''}`),
      url: `${LINKS.baseUrl}/${address}`,
      headers: {},
      body: Buffer.from(more.text ?? ''),
      links: LINKS,
      rpc: false,
      ...more,
    });
    const headers: Record<string, string> = {};
    for (let i = 0; i < answer.headers.length; i += 2) {
      headers[answer.headers[i]?.toLowerCase() ?? ''] = answer.headers[i + 1] ?? '';
    }
    return { status: answer.status, headers, body: answer.body ? JSON.parse(answer.body.toString()) : '' };
  }

  /** What an episode of an instance would have written. */
  episode(
    instanceId: string,
    runtimeStatus: RuntimeStatus,
    output: string | null,
    events: HistoryEvent[] = [],
  ): void {
    const instance = this.store.instance(instanceId);
    if (instance === undefined) throw new Error(`no instance ${instanceId}`);
    const messages = this.store.inbox(instanceId, 0);
    this.store.commit({
      instance: { ...instance, runtimeStatus, output },
      executionId: instance.executionId,
      consumed: messages.map(({ id }) => id),
      events: [...messages.map(({ event }) => event), ...events],
      newGeneration: false,
      activities: [],
      messages: [],
    });
  }
}

/** The exception that the API answers with. */
export function exceptionOf({ body }: Answer): [type: string, text: string] {
  const { ExceptionType, ExceptionMessage } = body as Record<string, string>;
  return [ExceptionType ?? '', ExceptionMessage ?? ''];
}
