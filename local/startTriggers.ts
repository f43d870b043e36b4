import { join } from 'node:path';
import { BlobTriggers } from './blobs/blobTriggers.js';
import { startDurable } from './durable/startDurable.js';
import type { WebhookHandler } from './http/webhook.js';
import { TimerTriggers } from './timers/timerTriggers.js';
import type { TriggerContext } from './triggerContext.js';
import type { TriggerListener } from './triggers.js';

export interface StartedTriggers {
  readonly listeners: readonly TriggerListener[];
  /** By the name below `/runtime/webhooks/`; the system key of `x` is `x_extension`. */
  readonly webhooks: ReadonlyMap<string, WebhookHandler>;
  /** What `POST admin/functions/{name}` does with its input, by the function's name in lower case. */
  readonly byHand: ReadonlyMap<string, (input: string) => Promise<void>>;
}

/** Starts what calls functions besides HTTP requests; when one cannot start, those before it are stopped again. */
export async function startTriggers(context: TriggerContext): Promise<StartedTriggers> {
  const { app, functions, settings, dataDir, clock, log } = context;
  const { readSetting, blobs: blobSettings, functionTimeoutMs } = settings;
  const webhooks = new Map<string, WebhookHandler>();
  const byHand = new Map<string, (input: string) => Promise<void>>();
  const timers = new TimerTriggers({ app, functions: functions.timer, clock, log, functionTimeoutMs });
  for (const { name } of functions.timer) byHand.set(name.toLowerCase(), () => timers.runByHand(name));
  const receiptsFile = dataDir === undefined ? ':memory:' : join(dataDir, 'blobs.db');
  const blobs = new BlobTriggers({
    ...{ app, functions: functions.blob, readSetting, settings: blobSettings, receiptsFile },
    ...{ clock, log, functionTimeoutMs },
  });
  for (const { name } of functions.blob)
    byHand.set(name.toLowerCase(), (input) => blobs.runByHand(name, input));
  if (functions.blob.length > 0) webhooks.set('blobs', blobs.webhook);
  const durable = await startDurable(context);
  if (durable !== undefined) webhooks.set('durabletask', durable.webhook);

  const listeners = [...(durable === undefined ? [] : [durable.listener]), blobs, timers];
  const started: TriggerListener[] = [];
  try {
    for (const listener of listeners) {
      started.push(listener);
      await listener.start();
    }
  } catch (error) {
    await Promise.allSettled(started.map((listener) => listener.stop(0)));
    await durable?.listener.close?.();
    throw error;
  }
  return { listeners, webhooks, byHand };
}
