import { setTimeout as sleep } from 'node:timers/promises';
import type { JobState } from '../../shared/batch/job.js';
import { isTerminal } from '../../shared/batch/state.js';
import type { BenchInput } from './benchInputs.js';

/** The answer about a job, as far as it is looked at here. */
export interface JobAnswer {
  readonly id: string;
  readonly state: JobState;
  readonly ended?: string;
  readonly fault?: { readonly code: string; readonly message: string };
  readonly counts: { readonly rows: number; readonly succeeded: number; readonly failed: number };
  readonly progress?: { readonly chunks: number; readonly chunksScored: number };
  readonly stages: Readonly<Record<string, number>>;
}

/** A job that was sent. */
export interface SentJob {
  readonly id: string;
  /** Wall time at which the request began. */
  readonly sentMs: number;
}

/** A job that came to its end. */
export interface EndedJob {
  readonly job: JobAnswer;
  /** From the request to the stamp of the last state, on the clock that host and script share. */
  readonly tookMs: number;
  /** From the request until the answer about the job said so. */
  readonly seenMs: number;
}

/** Speaks to the job routes of one host. */
export class JobClient {
  readonly #base: string;

  constructor(port: number) {
    this.#base = `http://127.0.0.1:${port}`;
  }

  /** A job over a blob. */
  sendBlob(service: string, { blob }: BenchInput, options: object = {}): Promise<SentJob> {
    const description = { service, input: { blob: blob.name }, ...options };
    return this.#send('/jobs', 'application/json', JSON.stringify(description));
  }

  /** A job over records in the body. */
  sendCsv(service: string, csv: string | Uint8Array<ArrayBuffer>): Promise<SentJob> {
    return this.#send(`/jobs?service=${service}`, 'text/csv', csv);
  }

  async look(id: string): Promise<JobAnswer> {
    return (await (await this.#call(`/jobs/${id}`)).json()) as JobAnswer;
  }

  async cancel(id: string): Promise<void> {
    await (await this.#call(`/jobs/${id}/cancel`, { method: 'POST' })).arrayBuffer();
  }

  /** Waits for the end of a job. Looking costs the host something: short jobs are looked at often, long ones seldom. */
  async ended({ id, sentMs }: SentJob, everyMs: number): Promise<EndedJob> {
    for (;;) {
      const job = await this.look(id);
      if (isTerminal(job.state) && job.ended !== undefined) {
        return { job, tookMs: Date.parse(job.ended) - sentMs, seenMs: Date.now() - sentMs };
      }
      await sleep(everyMs);
    }
  }

  /** Waits for a job that has to score all of its rows. */
  async completed(sent: SentJob, rows: number, everyMs = 200): Promise<EndedJob> {
    const ended = await this.ended(sent, everyMs);
    const { state, counts, fault } = ended.job;
    if (state !== 'Complete' || counts.succeeded !== rows) {
      throw new Error(
        `job ${sent.id} is ${state} with ${JSON.stringify(counts)} ${JSON.stringify(fault ?? {})}`,
      );
    }
    return ended;
  }

  async #send(route: string, contentType: string, body: string | Uint8Array<ArrayBuffer>): Promise<SentJob> {
    const sentMs = Date.now();
    const answer = await this.#call(route, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
    });
    return { id: ((await answer.json()) as { id: string }).id, sentMs };
  }

  async #call(route: string, init?: RequestInit): Promise<Response> {
    const answer = await fetch(`${this.#base}${route}`, init);
    if (!answer.ok) throw new Error(`${route}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}
