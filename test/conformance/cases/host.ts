import { empty, get, http, post, text, whole, type Case } from '../caseBuilders.js';
import { KEYS } from '../keys.js';
import type { RecordedAnswer } from '../recordedAnswer.js';

const { master, host } = KEYS;
const WITH_MASTER = `?code=${master}`;
const JSON_BODY = { headers: { 'Content-Type': 'application/json' } };
const unauthorized = empty(401, { headers: { 'www-authenticate': 'Bearer' } });
const alive = empty(200, { headers: { 'cache-control': 'no-store,no-cache', pragma: 'no-cache' } });
const resource = (json: unknown): RecordedAnswer =>
  whole(
    200,
    { json },
    { headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': '<n>' } },
  );
const status = resource({
  id: 'conf7271',
  state: 'Running',
  version: '4.1037.0.0',
  versionDetails: '4.1037.0',
  platformVersion: '',
  instanceId: '',
  computerName: '',
  processUptime: '<n>',
  functionAppContentEditingState: 'Unknown',
});

/** What `admin/functions/httpGetOnly` shows; the recorded host serves the files of the app as well. */
export const shownFunction = (links: { script_href: string | null; test_data_href: string | null }) =>
  resource({
    name: 'httpGetOnly',
    script_root_path_href: null,
    ...links,
    config_href: null,
    href: 'http://<host>/admin/functions/httpGetOnly',
    invoke_url_template: 'http://<host>/r/get-only',
    language: 'node',
    config: {
      name: 'httpGetOnly',
      entryPoint: '',
      scriptFile: 'http.js',
      language: 'node',
      functionDirectory: '<app>/functions',
      bindings: [
        {
          methods: ['GET'],
          authLevel: 'anonymous',
          route: 'r/get-only',
          type: 'httpTrigger',
          name: 'httpTrigger1246496a60',
          direction: 'in',
          properties: { supportsDeferredBinding: 'false' },
        },
        { type: 'http', name: '$return', direction: 'out' },
      ],
    },
    files: null,
    test_data: '',
    isDisabled: false,
    isDirect: false,
    isProxy: false,
  });

export const hostCases: readonly Case[] = [
  {
    id: 'disabled-function',
    title: 'setting AzureWebJobs.httpDisabled.Disabled=true',
    steps: [
      get('/r/disabled', empty(404)),
      get('/r/disabled', text('not disabled'), {
        headers: { 'x-functions-key': master },
        name: 'with master key',
      }),
    ],
  },
  {
    id: 'admin-host-status',
    title: 'admin/host/status with and without master key',
    steps: [
      get('/admin/host/status', unauthorized),
      get(`/admin/host/status${WITH_MASTER}`, status, { name: 'master' }),
      get(`/admin/host/status?code=${host}`, empty(403), { name: 'host key' }),
    ],
  },
  {
    id: 'admin-host-ping',
    title: 'admin/host/ping',
    steps: [
      get('/admin/host/ping', alive),
      post('/admin/host/ping', '', alive),
      get(`/admin/host/ping${WITH_MASTER}`, alive, { name: 'master' }),
    ],
  },
  {
    id: 'admin-functions',
    title: 'admin/functions',
    steps: [
      get('/admin/functions', unauthorized),
      get(
        `/admin/functions/httpGetOnly${WITH_MASTER}`,
        shownFunction({
          script_href: 'http://<host>/admin/vfs<app>/http.js',
          test_data_href: 'http://<host>/admin/vfs<data>/httpGetOnly.dat',
        }),
        { name: 'one' },
      ),
      get(`/admin/functions/nope${WITH_MASTER}`, empty(404), { name: 'unknown' }),
    ],
  },
  {
    id: 'admin-invoke',
    title: 'POST admin/functions/<name>',
    steps: [
      post(`/admin/functions/httpGetOnly${WITH_MASTER}`, '{"input":"x"}', empty(202), {
        ...JSON_BODY,
        name: 'an HTTP function',
      }),
      post(`/admin/functions/httpGetOnly${WITH_MASTER}`, '', empty(415), { name: 'no body' }),
      post(`/admin/functions/nope${WITH_MASTER}`, '{"input":"x"}', empty(404), {
        ...JSON_BODY,
        name: 'unknown',
      }),
      post('/admin/functions/httpGetOnly', '{"input":"x"}', unauthorized, { ...JSON_BODY, name: 'no key' }),
    ],
  },
  {
    id: 'admin-unknown',
    title: 'unknown path under admin and runtime',
    steps: [
      get('/admin/nope', empty(404)),
      get(`/admin/nope${WITH_MASTER}`, empty(404), { name: 'master' }),
      get('/runtime/nope', empty(404)),
      get(`/runtime/webhooks/nope${WITH_MASTER}`, empty(404), { name: 'unknown extension' }),
    ],
  },
  {
    id: 'refused-routes',
    title: 'routes under admin and runtime, two functions with one route and method',
    steps: [
      get(`/admin/mine${WITH_MASTER}`, empty(404), { name: 'under admin' }),
      get('/administrators', empty(404)),
      get('/runtime/mine', empty(404)),
      get('/r/clash', text('one'), { name: 'clash GET' }),
      post('/r/clash', '', text('one'), { name: 'clash POST' }),
      http('PUT', '/r/clash', empty(404), { name: 'clash PUT', body: '' }),
      get('/r/get-only', text('get'), { name: 'others' }),
      get(`/admin/host/status${WITH_MASTER}`, status, { name: 'host status' }),
    ],
  },
];
