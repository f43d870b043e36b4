import { HostFault } from '../hostFault.js';
import type { WebhookAnswer } from '../http/webhook.js';
import { CONNECTION_NAME } from './clientPayload.js';
import { historyView } from './historyView.js';
import { jsonBody } from './jsonBody.js';
import { argumentFault, emptyAnswer, jsonAnswer, jsonFault } from './managementAnswer.js';
import { ManagementFault, serverFault, type ManagementRequest } from './managementAnswer.js';
import { ManagementQuery } from './managementQuery.js';
import { answerStart, startedAnswer } from './startRequest.js';
import { statusView } from './statusView.js';
import { isFinal } from './store.js';
import type { Delivery, TaskHub } from './taskHub.js';

const PAGE_LIMIT = 100;
const MAX_PAGE_LIMIT = 1_000;
const TOKEN_HEADER = 'x-ms-continuation-token';
const DELIVERY_STATUS: Readonly<Record<Delivery, number>> = { accepted: 202, unknown: 404, over: 410 };

/**
 * The management API of the Durable extension (functions-host.md 4.12); whoever calls it has checked the key.
 * Rejects only for a HostFault of the store.
 */
export async function answerManagement(hub: TaskHub, request: ManagementRequest): Promise<WebhookAnswer> {
  try {
    return await new ManagementCall(hub, request).answer();
  } catch (error) {
    if (error instanceof HostFault) throw error;
    const { status, body } =
      error instanceof ManagementFault ? error : serverFault('System.Exception', String(error));
    return jsonAnswer(status, body);
  }
}

class ManagementCall {
  readonly #query: ManagementQuery;

  constructor(
    private readonly hub: TaskHub,
    private readonly request: ManagementRequest,
  ) {
    this.#query = new ManagementQuery(request.query);
  }

  async answer(): Promise<WebhookAnswer> {
    const segments = this.request.path.replace(/^\//, '').replace(/\/$/, '').split('/');
    const [root = '', id = '', operation = '', event = ''] = segments;
    const kind = root.toLowerCase();
    if (kind === 'entities' || kind === 'makeprimary') {
      throw new ManagementFault(501, `Not available in the local host: ${kind} of the management API.`);
    }
    this.#checkHub();
    switch (`${this.request.method} ${kind} ${segments.length}`) {
      case 'POST orchestrators 2':
      case 'POST orchestrators 3':
        return answerStart(this.hub, this.request, this.#query, id, operation);
      case 'GET instances 1':
        return this.#list();
      case 'DELETE instances 1':
        return this.#purgeBy();
      case 'GET instances 2':
        return this.#status(id);
      case 'DELETE instances 2':
        return purged(this.hub.store.purge([id]));
      case 'POST instances 3':
        return this.#operation(id, operation.toLowerCase());
      case 'POST instances 4':
        return operation.toLowerCase() === 'raiseevent' ? this.#raiseEvent(id, event) : emptyAnswer(404);
      default:
        return emptyAnswer(404);
    }
  }

  /** Another hub or storage account would be other instances. */
  #checkHub(): void {
    const { hubName } = this.request.links;
    for (const [name, own] of Object.entries({ taskHub: hubName, connection: CONNECTION_NAME })) {
      const given = this.#query.text(name);
      if (given === undefined || given.toLowerCase() === own.toLowerCase()) continue;
      throw new ManagementFault(400, `Not available in the local host: ${name} other than "${own}".`);
    }
  }

  #status(instanceId: string): WebhookAnswer {
    const instance = this.hub.store.instance(instanceId);
    if (instance === undefined) return emptyAnswer(404);
    const showInput = this.#query.flag('showInput', true);
    const showOutput = this.#query.flag('showHistoryOutput', false);
    const showHistory = this.#query.flag('showHistory', false) && instance.runtimeStatus !== 'Pending';
    const texts = showHistory ? this.hub.store.history(instanceId) : undefined;
    const view = statusView(instance, showInput, texts && historyView(texts, showInput, showOutput));
    if (!isFinal(instance.runtimeStatus))
      return jsonAnswer(202, view, ['Location', this.request.url, 'Retry-After', '5']);
    const isFault = this.#query.flag('returnInternalServerErrorOnFailure', false);
    return jsonAnswer(isFault && instance.runtimeStatus === 'Failed' ? 500 : 200, view);
  }

  #list(): WebhookAnswer {
    const limit = Math.trunc(this.#query.number('top') ?? PAGE_LIMIT);
    if (limit <= 0) throw argumentFault('Take count must be positive and greater than 0.');
    const afterId = afterIdOf(this.request.headers[TOKEN_HEADER]);
    const filter = this.#query.listFilter();
    const { store } = this.hub;
    const page = store.instances(filter, Math.min(limit, MAX_PAGE_LIMIT), afterId);
    const showInput = this.#query.flag('showInput', true);
    const lastId = page.at(-1)?.instanceId ?? '';
    const isLast = store.instances(filter, 1, lastId).length === 0;
    const token = isLast ? '' : Buffer.from(lastId).toString('base64');
    // The last page has no token; the RPC address says so with an empty one.
    const headers = token === '' && !this.request.rpc ? [] : [TOKEN_HEADER, token];
    const views = page.map((instance) => statusView(instance, showInput));
    return jsonAnswer(200, views, headers);
  }

  async #purgeBy(): Promise<WebhookAnswer> {
    const filter = this.#query.purgeFilter();
    if (filter === undefined) return jsonAnswer(400, "Please provide value for 'createdTimeFrom' parameter.");
    return purged(await this.hub.purgeBy(filter));
  }

  #operation(instanceId: string, operation: string): WebhookAnswer {
    const reason = this.#query.text('reason') ?? null;
    switch (operation) {
      case 'terminate':
      case 'suspend':
      case 'resume':
        return emptyAnswer(DELIVERY_STATUS[this.hub[operation](instanceId, reason)]);
      case 'rewind':
        return emptyAnswer(DELIVERY_STATUS[this.hub.rewind(instanceId)]);
      case 'restart': {
        const withNewId = this.#query.flag('restartWithNewInstanceId', true);
        return startedAnswer(this.request.links, this.hub.restart(instanceId, withNewId));
      }
      default:
        return emptyAnswer(404);
    }
  }

  #raiseEvent(instanceId: string, name: string): WebhookAnswer {
    const delivery = this.hub.delivery(instanceId);
    if (delivery !== 'accepted') return emptyAnswer(DELIVERY_STATUS[delivery]);
    const { headers, body } = this.request;
    const [mediaType = ''] = (headers['content-type'] ?? '').split(';');
    if (mediaType.trim().toLowerCase() !== 'application/json')
      return jsonAnswer(400, { Message: 'Only application/json request content is supported' });
    const input = jsonBody(body);
    if (input === null) throw jsonFault("Error reading JToken from JsonReader. Path '', line 0, position 0.");
    return emptyAnswer(DELIVERY_STATUS[this.hub.raiseEvent(instanceId, name, input)]);
  }
}

function purged(count: number): WebhookAnswer {
  return count === 0 ? emptyAnswer(404) : jsonAnswer(200, { instancesDeleted: count });
}

/** Throws a ManagementFault for a token that this host cannot have given. */
function afterIdOf(token = ''): string {
  const afterId = Buffer.from(token, 'base64');
  if (afterId.toString('base64') === token) return afterId.toString();
  throw serverFault(
    'System.FormatException',
    'The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding ' +
      'characters, or an illegal character among the padding characters.',
  );
}
