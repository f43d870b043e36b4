import { ScoringError } from '../errors/scoringError.js';
import type { BatchContext } from './batchContext.js';
import type { JobRecord } from './job.js';
import { updateJob } from './jobStore.js';
import { isWebhookHost } from './submit/buildNotify.js';

/** How long a webhook may take to answer. */
const webhookTimeoutMs = 10_000;

/** So long nobody else tells it: longer than all tries take. */
const claimMs = 120_000;

/** How often a webhook is tried. */
const mostTries = 3;

/**
 * Tells the queue or webhook of a job that it has ended, once per terminal state: whoever notes first that he tells it does.
 * Where his process ends in between, it is told again after a while, with the same `id`. A notice that cannot be delivered
 * is logged.
 */
export async function sendNotice(context: BatchContext, job: JobRecord): Promise<void> {
  const { notify } = job.spec;
  if (!notify || job.notified === job.state) return;
  const nowMs = context.clock.wallMs();
  const { changed } = await updateJob(context.store, job.id, (now) =>
    now.notified === now.state || nowMs - (now.notifyingMs ?? -Infinity) < claimMs
      ? undefined
      : { ...now, notifyingMs: nowMs },
  );
  if (!changed) return;
  const { counts } = job.frozen ?? {};
  const fault = job.fault === undefined ? {} : { fault: job.fault };
  const notice = { id: `${job.id}-${job.state}`, job: job.id, state: job.state, ...fault, ...counts };
  try {
    if ('queue' in notify) await context.store.enqueue(notify.queue, JSON.stringify(notice));
    else await post(context, notify.webhook, JSON.stringify(notice));
  } catch (error) {
    const code = error instanceof ScoringError ? error.code : (error as Error).message;
    context.log.warn(`job ${job.id}: its end could not be told (${code})`);
  }
  await updateJob(context.store, job.id, (now) =>
    now.notified === job.state ? undefined : { ...now, notified: job.state },
  );
}

async function post({ settings, clock }: BatchContext, webhook: string, body: string): Promise<void> {
  const url = new URL(webhook);
  // the list may have been shortened since the job was taken
  if (!isWebhookHost(url, settings.webhookHosts)) throw new Error('the host is not allowed any more');
  for (let tries = 1; ; tries++) {
    const timeout = new AbortController();
    const callOff = clock.after(webhookTimeoutMs, () => {
      timeout.abort();
    });
    try {
      const headers = { 'content-type': 'application/json' };
      // a redirect could lead anywhere
      const answer = await fetch(url, {
        method: 'POST',
        body,
        headers,
        redirect: 'error',
        signal: timeout.signal,
      });
      await answer.body?.cancel();
      if (answer.ok) return;
      if (answer.status < 500) tries = mostTries;
      throw new Error(`the webhook answered ${answer.status}`);
    } catch (error) {
      if (tries >= mostTries) throw error;
    } finally {
      callOff();
    }
    await new Promise<void>((resolve) => {
      clock.after(1000 * tries, resolve);
    });
  }
}
