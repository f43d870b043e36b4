import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { jsonOf, send, type Answer, type Sent } from '../../support/http.js';

/** A job as the service shows it. */
export interface ShownJob {
  readonly id: string;
  readonly state: string;
  readonly fault?: { readonly code: string; readonly message: string };
  readonly counts: { readonly rows: number; readonly succeeded: number; readonly failed: number };
  readonly [key: string]: unknown;
}

/** A row of a result page. */
export interface ShownRow {
  readonly row: number;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly error?: ShownError;
}

export interface ShownError {
  readonly row?: number;
  readonly input: string;
  readonly inputRow: number;
  readonly code: string;
  readonly column?: string;
  readonly text?: string;
}

/** How long anything may take before the test fails. */
const deadlineMs = 30_000;

/** Looks again and again until there is something to give. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    assert.ok(performance.now() < endMs, `waited in vain for ${what}`);
    await pause(20);
  }
}

/** The batch routes of a running app as a client uses them. */
export class JobClient {
  constructor(readonly url: string) {}

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return send(`${this.url}${path}`, { headers });
  }

  post(path: string, sent: Sent = {}): Promise<Answer> {
    return send(`${this.url}${path}`, { method: 'POST', ...sent });
  }

  /** Sends records; gives the id of the job that was taken. */
  async submit(
    query: string,
    type: string,
    body: string | Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const answer = await this.post(`/jobs?${query}`, { headers: { 'content-type': type, ...headers }, body });
    return idOf(answer);
  }

  /** Sends a job description; gives the id of the job that was taken. */
  async describe(description: object): Promise<string> {
    return idOf(await this.post('/jobs', { body: description }));
  }

  async job(id: string): Promise<ShownJob> {
    return jsonOf(await this.get(`/jobs/${id}`)) as ShownJob;
  }

  /** The job when it has ended. */
  ended(id: string): Promise<ShownJob> {
    return until(`the end of job ${id}`, async () => {
      const job = await this.job(id);
      return job.state === 'Pending' || job.state === 'InProgress' ? undefined : job;
    });
  }

  /** The job when it is `Complete`; every other end fails the test. */
  async completed(id: string): Promise<ShownJob> {
    const job = await this.ended(id);
    assert.equal(job.state, 'Complete', JSON.stringify(job.fault));
    return job;
  }

  async rows(id: string, query = 'from=0&count=10000'): Promise<ShownRow[]> {
    return jsonOf(await this.get(`/jobs/${id}/results?${query}`)).rows as ShownRow[];
  }

  async errors(id: string, query = 'from=0&count=10000'): Promise<ShownError[]> {
    return jsonOf(await this.get(`/jobs/${id}/errors?${query}`)).errors as ShownError[];
  }

  /** All of the result or error file, by the redirect to storage. */
  async file(id: string, kind: 'results' | 'errors', query = ''): Promise<Uint8Array> {
    const response = await fetch(`${this.url}/jobs/${id}/${kind}${query}`);
    assert.equal(response.status, 200);
    assert.ok(response.redirected);
    return new Uint8Array(await response.arrayBuffer());
  }

  async text(id: string, kind: 'results' | 'errors', query = ''): Promise<string> {
    return new TextDecoder().decode(await this.file(id, kind, query));
  }
}

/** The id in an answer that must be 202 with all that it promises. */
export function idOf(answer: Answer): string {
  const { id, links } = jsonOf(answer, 202);
  assert.ok(typeof id === 'string');
  assert.equal(answer.headers.get('location'), `/jobs/${id}`);
  assert.equal((links as Record<string, unknown>).self, `/jobs/${id}`);
  return id;
}
