import type { WebhookAnswer } from '../http/webhook.js';
import { managementUrls, type ManagementLinks } from './clientPayload.js';
import { jsonBody } from './jsonBody.js';
import { argumentFault, jsonAnswer, ManagementFault, type ManagementRequest } from './managementAnswer.js';
import type { ManagementQuery } from './managementQuery.js';
import { jsonOrText, statusView } from './statusView.js';
import { isFinal } from './store.js';
import type { TaskHub } from './taskHub.js';

const LONGEST_SLEEP_MS = 60_000;
const VERSION_REFUSED =
  'Not portable (4.13/17): a version at the start, which the real engine does not pass on; put it into the input.';

/** POST orchestrators/{name}/{id}: starts an instance, and waits for its end where `timeout` asks for it. */
export async function answerStart(
  hub: TaskHub,
  request: ManagementRequest,
  query: ManagementQuery,
  name: string,
  givenId: string,
): Promise<WebhookAnswer> {
  if (query.text('version') !== undefined) throw new ManagementFault(400, VERSION_REFUSED);
  const input = jsonBody(request.body);
  const instanceId = hub.start(name, givenId, input === 'null' ? null : input);
  const timeoutS = query.number('timeout');
  const intervalS = query.number('pollingInterval');
  if (timeoutS !== undefined && intervalS !== undefined) {
    const ended = await answerAtEnd(hub, instanceId, timeoutS, intervalS);
    if (ended !== undefined) return ended;
  }
  return startedAnswer(request.links, instanceId);
}

/** 202 with the addresses of an instance. */
export function startedAnswer(links: ManagementLinks, instanceId: string): WebhookAnswer {
  const urls = managementUrls(links, instanceId);
  const headers = ['Location', urls.statusQueryGetUri, 'Retry-After', '10'];
  return jsonAnswer(202, { ...urls, rewindPostUri: undefined }, headers);
}

/** undefined: the time was not enough. */
async function answerAtEnd(
  hub: TaskHub,
  instanceId: string,
  timeoutS: number,
  intervalS: number,
): Promise<WebhookAnswer | undefined> {
  if (intervalS > timeoutS)
    throw argumentFault(`Total timeout ${timeoutS} should be bigger than retry timeout ${intervalS}`);
  if (intervalS <= 0) throw argumentFault(`The polling interval ${intervalS} should be above 0`);
  const endMs = hub.clock.nowMs() + timeoutS * 1_000;
  for (;;) {
    const instance = hub.store.instance(instanceId);
    if (instance?.runtimeStatus === 'Completed') return jsonAnswer(200, jsonOrText(instance.output));
    if (instance !== undefined && isFinal(instance.runtimeStatus)) {
      return jsonAnswer(200, statusView(instance, true));
    }
    const leftMs = endMs - hub.clock.nowMs();
    if (leftMs <= 0) return undefined;
    const delayMs = Math.max(1, Math.min(leftMs, intervalS * 1_000, LONGEST_SLEEP_MS));
    await new Promise<void>((resolve) => hub.clock.after(delayMs, resolve));
  }
}
