import { refusalText } from '../../../local/durable/refusals.js';

/** Cases of the kit that the local host answers in another way than the recorded one, for one reason. */
export interface Exception {
  /** Ids; a final `*` stands for any end. */
  readonly cases: readonly string[];
  readonly why: 'refused' | 'fault of the recorded version' | 'different on purpose';
  /** What the recorded host does, in Markdown. */
  readonly recorded: string;
  /** What the local host answers, in Markdown. */
  readonly local: string;
  /** A text that must be found, so that the entry cannot outlive the refusal. */
  readonly shows?: {
    readonly in: 'answer' | 'log' | 'start';
    readonly text: string;
    /** The text stands in the log beside an answer that is no error. */
    readonly answered?: boolean;
  };
  /** Parts of the places that may differ; any place unless given. */
  readonly at?: readonly string[];
}

type Pattern = Parameters<typeof refusalText>[0];

const durable = (...names: string[]): string[] => names.map((name) => `durable/${name}`);

/** The instance ends `Failed` with the text as its output. */
function failed(pattern: Pattern, recorded: string, cases: readonly string[]): Exception {
  const text = refusalText(pattern);
  return { cases, why: 'refused', recorded, local: `\`Failed\`: \`${text}\``, shows: { in: 'answer', text } };
}

/** The start ends with a line that holds the text. */
function notStarted(text: string, recorded: string, local: string, cases: readonly string[]): Exception {
  return { cases, why: 'refused', recorded, local, shows: { in: 'start', text } };
}

/** The call is answered with 500 and no body; the text is in the log. */
function answered500(text: string, recorded: string, cases: readonly string[]): Exception {
  return { cases, why: 'refused', recorded, local: `500; log: \`${text}\``, shows: { in: 'log', text } };
}

const RETRIES_LOST =
  'a later result is lost, the instance fails as non-deterministic or stays `Running` for ever';

export const exceptions: readonly Exception[] = [
  failed(
    'relisted',
    'runs items again: 9 calls for 5 items, and two results are missing',
    durable('sliding-window'),
  ),
  failed(
    'retryOptions',
    'runs items again: 11 calls, and a result is missing',
    durable('sliding-window-retried'),
  ),
  failed(
    'retryOptions',
    RETRIES_LOST,
    durable(
      'any-then-retried',
      'any-then-retried-slow',
      'all-boom-and-retried',
      'all-boom-and-retried-slow',
      'retry-timeout',
      'unknown-activity-retried',
    ),
  ),
  failed(
    'retryOptions',
    'calls the activity again after each interval',
    durable(
      'retry-first-attempt',
      'retry-third-attempt',
      'retry-one-attempt',
      'retry-backoff*',
      'retry-exhausted*',
      'all-retried*',
    ),
  ),
  failed(
    'thrownWithoutText',
    '`Running` for ever',
    durable('throws-string', 'throws-object', 'throws-null', 'throws-empty'),
  ),
  {
    ...failed(
      'activityThrewUndefined',
      'an activity that throws `undefined` counts as completed',
      durable('failure-texts'),
    ),
    local: `the activity fails: \`${refusalText('activityThrewUndefined')}\``,
  },
  failed(
    'unknownActivity',
    '`Running` for ever; in `Task.all` later results go to the wrong task',
    durable(
      'unknown-activity',
      'unknown-activity-caught',
      'unknown-activity-in-all',
      'orchestrator-as-activity',
    ),
  ),
  failed(
    'subOrchestration',
    'the parent stays `Running` for ever, or fails as non-deterministic',
    durable('sub-unknown-name', 'sub-own-id', 'sub-terminated'),
  ),
  failed(
    'subOrchestration',
    'runs the child',
    durable(
      'sub-default-id',
      'sub-given-id',
      'sub-inputs',
      'sub-two-at-once',
      'sub-fails*',
      'sub-parent-terminated',
      'retry-sub-*',
      'purge-with-children',
    ),
  ),
  failed(
    'eventLeftOver',
    'the event is lost',
    durable('event-across-generations', 'event-before-generation-in-batch'),
  ),
  failed('eventCase', 'the event is eaten, and the instance waits on', durable('event-other-case')),
  failed('shortTimer', 'fires at once', durable('timer-lengths')),
  failed(
    'customStatusSize',
    'passes up to 16 KB, then the instance fails with a text of its own',
    durable('custom-status-size'),
  ),
  {
    cases: durable('activity-inputs'),
    why: 'different on purpose',
    recorded: 'writes `1e+21` as `1E+21` into the history',
    local: 'the same number, written as JavaScript does',
    at: ['.Result'],
  },
  {
    cases: durable('worker-crash'),
    why: 'different on purpose',
    recorded: 'the activity counts as failed and does not run again',
    local: 'one process for all: the activity runs again after the restart, which the log says (4.13/14)',
    shows: { in: 'log', text: '4.13/14', answered: true },
  },
  {
    cases: durable('purge-filter'),
    why: 'refused',
    recorded: '`runtimeStatus=Running` deletes the completed instances',
    local: '400, `Not portable (4.13/16): …`',
    shows: { in: 'answer', text: 'Not portable (4.13/16)' },
    at: ['[running is no end]', '[the rest]'],
  },
  {
    cases: durable('client-version'),
    why: 'refused',
    recorded: '`version` is dropped without a word',
    local: '400, `Not portable (4.13/17): …`',
    shows: { in: 'answer', text: 'Not portable (4.13/17)' },
  },
  {
    cases: durable('rewind'),
    why: 'refused',
    recorded: 'runs the failed activities again',
    local: '501, `Not available in the local host: rewind. …`',
    shows: { in: 'answer', text: 'Not available in the local host: rewind.' },
  },
  failed('entities', 'keeps the state and answers', durable('entity')),
  notStarted(
    'enableHttpStream',
    'serves in stream mode; a handler that fails leaves the caller without an answer for minutes',
    'does not start: `Not portable (4.13/18): app.setup({ enableHttpStream: true }). …`',
    ['http/stream-*'],
  ),
  notStarted(
    'needs function keys, which the local host does not have',
    'asks for a key and answers 401 without a right one',
    'does not start: `authLevel "function" needs function keys, which the local host does not have; …`',
    ['http/key-*'],
  ),
  {
    cases: ['http/admin-functions', 'http/refused-routes'],
    why: 'different on purpose',
    recorded:
      'lists functions that ask for a key and an entity; names the places of the files under `/admin/vfs`',
    local: 'there are none of both',
    at: ['.names[', 'script_href', 'test_data_href', '.config.scriptFile', '.config.functionDirectory'],
  },
  {
    cases: ['http/admin-keys'],
    why: 'different on purpose',
    recorded: 'lists the keys of a function',
    local: '404: functions have no keys',
    at: ['/admin/functions/httpKeyFunction/keys'],
  },
  answered500(
    'Not portable (4.13/19): the function sets content-length or transfer-encoding.',
    'the body is cut or unreadable',
    ['http/return-headersSpecial', 'http/return-transferEncoding'],
  ),
  answered500(
    'Not portable (4.13/20): two set-cookie headers; only the last would be sent. Use cookies[].',
    'only the last is sent',
    ['http/return-headersTwice'],
  ),
  answered500(
    'Not portable (4.13/21): enableContentNegotiation.',
    'JSON as base64 text; a text answers 406',
    ['http/return-negotiation*'],
  ),
  {
    cases: ['http/malformed'],
    why: 'different on purpose',
    recorded: 'takes `Content-Length` beside `Transfer-Encoding`',
    local: '400: request smuggling',
    at: ['[length and chunked]'],
  },
  {
    cases: ['http/method-case'],
    why: 'different on purpose',
    recorded: 'takes a method in small letters',
    local: "400: Node's HTTP parser takes capital letters only",
    at: ['[get /r/get-only]'],
  },
  {
    cases: ['http/root'],
    why: 'different on purpose',
    recorded: "Microsoft's page",
    local: 'a page of our own',
    at: ['.body', 'content-length'],
  },
  {
    cases: ['http/function-timeout'],
    why: 'different on purpose',
    recorded: '500, and the worker process is replaced',
    local: '500, and the process goes on: it is the host as well',
    at: ['[same worker process]'],
  },
  {
    // event-no-scan is no exception: scanning stands in for Event Grid
    cases: ['validation', 'one', 'two', 'missing-blob', 'other-container', 'types', 'cloud'].map(
      (name) => `blob/event-${name}`,
    ),
    why: 'fault of the recorded version',
    recorded: 'has no Event Grid source: 404, and the container is scanned',
    local: 'takes events as newer versions do',
  },
];

/**
 * Parts of places that depend on timing (an instance of these cases has not ended when its trace is taken), on how
 * long the host has been running, or on the texts of JSON.parse in a version of Node.
 */
const UNSTEADY: Readonly<Record<string, readonly string[]>> = {
  'durable/generation-created-time': ['[first generation].body.json.runtimeStatus'],
  'durable/start-same-id-suspended': ['trace.start-same-id-suspended-<run>'],
  'durable/start-other-methods': ['trace.start-other-methods-<run>'],
  'durable/start-and-wait': ['trace.start-and-wait-<run>-d', 'trace.start-and-wait-<run>-e'],
  'durable/client-start-same-id': ['trace.client-start-same-id-<run>'],
  'http/admin-host-status': ['[master].headers.content-length'],
  'http/refused-routes': ['[host status].headers.content-length'],
  'http/post-json': ['[json {bad].body.json.message'],
};

export function isUnsteady(id: string, at: string): boolean {
  return UNSTEADY[id]?.some((part) => at.includes(part)) ?? false;
}
