import { z } from 'zod';
import type { WebhookAnswer, WebhookRequest } from '../http/webhook.js';

/** Event Grid sends batches of at most 1 MB and 5,000 events. */
const MAX_BODY_BYTES = 1_100_000;
const MAX_EVENTS = 5_000;

const validation = z.object({ validationCode: z.string() });
/** Event Grid schema, or a cloud event, which holds its data as a JSON text. */
const validationEvent = z.object({
  data: z.union([validation, z.string().transform(parseJson).pipe(validation)]),
});
const event = z.object({ data: z.object({ url: z.url(), eTag: z.string().min(1) }) });

/** The part of a webhook request that counts. */
export type BlobEventRequest = Pick<WebhookRequest, 'query' | 'headers' | 'body'>;

export interface BlobEvent {
  readonly url: string;
  readonly eTag: string;
}

/**
 * Answers Event Grid (functions-host.md 3.5); the key was checked. `take` gets the events of one request and the
 * `functionName` it names, `Host.Functions.<name>`.
 */
export function answerBlobEvents(
  { query, headers, body }: BlobEventRequest,
  take: (functionId: string, events: readonly BlobEvent[]) => void,
): WebhookAnswer {
  const empty = (status: number): WebhookAnswer => ({ status, headers: [] });
  if ((body?.length ?? 0) > MAX_BODY_BYTES) return empty(413);
  const json = parseJson(body?.toString() ?? '');
  const list: unknown[] = Array.isArray(json) ? json : [json];
  if (list.length > MAX_EVENTS) return empty(413);
  switch (headers['aeg-event-type']?.toLowerCase()) {
    case 'subscriptionvalidation': {
      const { data } = validationEvent.safeParse(list[0]);
      if (data === undefined) return empty(400);
      const answer = Buffer.from(JSON.stringify({ validationResponse: data.data.validationCode }));
      return { status: 200, headers: ['Content-Type', 'text/plain; charset=utf-8'], body: answer };
    }
    case 'notification': {
      const found: BlobEvent[] = [];
      for (const one of list) {
        const { data } = event.safeParse(one);
        if (data === undefined) return empty(400);
        found.push(data.data);
      }
      take(query.functionName ?? '', found);
      return empty(202);
    }
    case 'unsubscribe':
      return empty(202);
    default:
      return empty(400);
  }
}

/** undefined for what is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
