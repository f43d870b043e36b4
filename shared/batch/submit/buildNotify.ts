import type { Notify } from '../job.js';
import type { DescribedOptions } from './jobSchema.js';
import { optionError } from './optionError.js';

const queueName = /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Queues of the Functions host and of Durable Functions, which may live in the same account. */
const hostQueue = /^(?:azure-webjobs-|webjobs-)|-(?:workitems|control-\d+)$/;

const mostUrlCharacters = 2000;

/**
 * Where the notice of the end goes: a queue of the data account or a webhook. Webhooks go by https to the hosts of
 * `webhookHosts` alone, by http where such a host is this machine. Throws SCORE_ERR_JOB_OPTION, which shows no URL:
 * URLs carry secrets.
 */
export function buildNotify(
  notify: NonNullable<DescribedOptions['notify']>,
  webhookHosts: readonly string[],
): Notify {
  const { queue, webhook } = notify;
  if (queue !== undefined && webhook === undefined) return { queue: checkedQueue(queue) };
  if (webhook !== undefined && queue === undefined) return { webhook: checkedWebhook(webhook, webhookHosts) };
  throw optionError(
    '/notify',
    `expected either queue or webhook, got ${queue === undefined ? 'none' : 'both'}`,
  );
}

function checkedQueue(queue: string): string {
  if (!queueName.test(queue)) {
    throw optionError(
      '/notify/queue',
      'must be 3 to 63 lower case letters, digits and single dashes and begin and end with a letter or digit',
    );
  }
  if (hostQueue.test(queue)) throw optionError('/notify/queue', 'belongs to the Functions host');
  return queue;
}

function checkedWebhook(webhook: string, webhookHosts: readonly string[]): string {
  const refuse = (why: string) => optionError('/notify/webhook', why);
  if (webhook.length > mostUrlCharacters) {
    throw refuse(`must have at most ${mostUrlCharacters} characters, not ${webhook.length}`);
  }
  const url = URL.parse(webhook);
  if (!url || !webhook.isWellFormed()) throw refuse('must be a URL with scheme and host');
  if (url.username !== '' || url.password !== '') throw refuse('must have no user name and no password');
  const isLocal = isLoopback(url.hostname);
  if (url.protocol !== 'https:' && !(isLocal && url.protocol === 'http:'))
    throw refuse('must begin with https://');
  if (!isWebhookHost(url, webhookHosts)) {
    throw refuse('its host is not in WARMSTART_WEBHOOK_HOSTS');
  }
  // encoding can lengthen a URL
  if (url.href.length > 3 * mostUrlCharacters) throw refuse('is too long when it is encoded');
  return url.href;
}

/** Whether webhooks may go there: the list has `host` or `host:port`, also where the port is the usual one. */
export function isWebhookHost(url: URL, webhookHosts: readonly string[]): boolean {
  const usualPort = url.protocol === 'https:' ? '443' : '80';
  const names = [url.host, ...(url.port === '' ? [`${url.hostname}:${usualPort}`] : [])];
  return names.some((name) => webhookHosts.includes(name));
}

const isLoopback = (hostname: string) =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
