import { z } from 'zod';
import type { WebhookAnswer, WebhookRequest } from '../http/webhook.js';

/** Event Grid sends batches of at most 1 MB. */
const MAX_BODY_BYTES = 1_100_000;

const validation = z.object({ validationCode: z.string() });
/** Event Grid schema, or a cloud event, which holds its data as a JSON text. */
const validationBody = z.union([
  z.tuple([z.object({ data: validation })], z.unknown()).transform(([{ data }]) => data),
  z
    .object({ data: z.union([validation, z.string().transform(parseJson).pipe(validation)]) })
    .transform(({ data }) => data),
]);
const event = z.object({ data: z.object({ url: z.url(), eTag: z.string().min(1) }) });
const events = z.union([z.array(event), event.transform((one) => [one])]);

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
  if ((body?.length ?? 0) > MAX_BODY_BYTES) return { status: 413, headers: [] };
  const json = parseJson(body?.toString() ?? '');
  switch (headers['aeg-event-type']?.toLowerCase()) {
    case 'subscriptionvalidation': {
      const { data } = validationBody.safeParse(json);
      if (data === undefined) return { status: 400, headers: [] };
      const answer = Buffer.from(JSON.stringify({ validationResponse: data.validationCode }));
      return { status: 200, headers: ['Content-Type', 'text/plain; charset=utf-8'], body: answer };
    }
    case 'notification': {
      const { data } = events.safeParse(json);
      if (data === undefined) return { status: 400, headers: [] };
      take(
        query.functionName ?? '',
        data.map((one) => one.data),
      );
      return { status: 202, headers: [] };
    }
    case 'unsubscribe':
      return { status: 202, headers: [] };
    default:
      return { status: 400, headers: [] };
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
