import { z } from 'zod';
import { accessReader, type Access } from '../keys.js';
import type { HostLog } from '../log.js';
import type { StartedTriggers } from '../startTriggers.js';
import { adminResource, type AdminContext } from './adminResource.js';
import { hasBody, type Exchange } from './exchange.js';
import type { ParsedRequest } from './parseRequest.js';
import { parseQuery } from './query.js';

const PING = /^\/admin\/host\/ping\/?$/i;
const ADMIN = /^\/admin\/(?:host\/(status|keys|systemkeys)|functions(?:\/([^/]+))?)\/?$/i;
const WEBHOOK = /^\/runtime\/webhooks\/([^/]+)(\/.*)?$/i;
const NOT_CACHED = ['Cache-Control', 'no-store,no-cache', 'Pragma', 'no-cache'];
const callByHand = z.object({ input: z.string().default('') });
const JSON_TYPE = ['Content-Type', 'application/json; charset=utf-8'];

/** Whether a path belongs to the host itself, whatever the functions' routes are. */
export function isHostPath(path: string): boolean {
  return /^\/(?:admin|runtime)(?:\/|$)/i.test(path);
}

/** Answers below `/admin` and `/runtime` (functions-host.md 2.2, 2.6). */
export class HostPaths {
  readonly accessOf: (request: ParsedRequest) => Access;
  triggers: StartedTriggers | undefined;

  constructor(
    private readonly context: AdminContext,
    private readonly log: HostLog,
  ) {
    this.accessOf = accessReader(context.keys);
  }

  async answerAdmin(exchange: Exchange, parsed: ParsedRequest): Promise<void> {
    const { method, target } = parsed;
    if (PING.test(target.path) && (method === 'GET' || method === 'POST'))
      return exchange.refuse(200, NOT_CACHED);
    const match = ADMIN.exec(target.path);
    if (match === null) return exchange.refuse(404);
    if (!(await this.#isAllowed(exchange, parsed))) return;
    const [, ofHost, functionName] = match;
    if (method === 'POST' && functionName !== undefined)
      return this.#runByHand(exchange, parsed, functionName);
    const origin = `http://${parsed.head.host ?? ''}`;
    const resource =
      method === 'GET' ? adminResource(this.context, origin, ofHost?.toLowerCase(), functionName) : undefined;
    if (resource === undefined) return exchange.refuse(404);
    exchange.endWhole(200, JSON_TYPE, Buffer.from(JSON.stringify(resource)));
  }

  /** Any other host path: an extension's address, or nothing. */
  async answerWebhook(exchange: Exchange, parsed: ParsedRequest): Promise<void> {
    const { method, target, head } = parsed;
    const [, name = '', path = ''] = WEBHOOK.exec(target.path) ?? [];
    const handler = this.triggers?.webhooks.get(name.toLowerCase());
    if (handler === undefined) return exchange.refuse(404);
    if (!(await this.#isAllowed(exchange, parsed, `${name.toLowerCase()}_extension`))) return;
    const body = await this.#readBody(exchange, parsed);
    if (body === undefined) return;
    const query = target.query.length < 2 ? {} : parseQuery(target.query);
    const origin = `http://${head.host ?? ''}`;
    const { headers } = head;
    const answer = await handler({
      ...{ method, path, query, headers, origin },
      url: `${origin}${target.encodedPath}${target.query}`,
      body: body.length === 0 ? undefined : body,
    });
    if (answer.body === undefined) exchange.endEmpty(answer.status, answer.headers);
    else exchange.endWhole(answer.status, answer.headers, answer.body);
  }

  async #isAllowed(exchange: Exchange, parsed: ParsedRequest, systemKey?: string): Promise<boolean> {
    const access = this.accessOf(parsed);
    if (access === 'master' || access === systemKey) return true;
    if (access !== 'none' && access !== 'wrong') await exchange.refuse(403);
    else await exchange.refuse(401, ['WWW-Authenticate', 'Bearer']);
    return false;
  }

  /** Without a body an empty one; undefined when the caller has gone or got his answer. */
  async #readBody(exchange: Exchange, { head }: ParsedRequest): Promise<Buffer | undefined> {
    if (!hasBody(exchange.request)) return Buffer.alloc(0);
    const { maxBodyBytes } = this.context.settings;
    const body = head.contentLength > maxBodyBytes ? 'too long' : await exchange.readBody(maxBodyBytes);
    if (body !== 'too long') return body;
    await exchange.refuse(500);
    return undefined;
  }

  async #runByHand(exchange: Exchange, parsed: ParsedRequest, functionName: string): Promise<void> {
    if (!/^application\/json\s*(?:;|$)/i.test(parsed.head.headers['content-type'] ?? ''))
      return exchange.refuse(415);
    const body = await this.#readBody(exchange, parsed);
    if (body === undefined) return;
    let input: string;
    try {
      ({ input } = callByHand.parse(JSON.parse(body.toString('utf8'))));
    } catch {
      return exchange.refuse(400);
    }
    const target = this.context.functions.find(
      ({ name }) => name.toLowerCase() === functionName.toLowerCase(),
    );
    if (target === undefined) return exchange.refuse(404);
    const { name } = target;
    const run = this.triggers?.byHand.get(name.toLowerCase());
    if (run === undefined) {
      const text =
        'Not run by hand in the local host, although 202 was answered: call it through its trigger.';
      this.log.log('warning', 'Host.Http', text, name);
    }
    run?.(input).catch((error: unknown) => {
      this.log.log('error', `Function.${name}`, `The run by hand failed: ${String(error)}`, name);
    });
    exchange.endEmpty(202);
  }
}
