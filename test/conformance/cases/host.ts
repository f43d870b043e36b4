import { empty, get, post, type Case } from '../caseBuilders.js';

export const hostCases: readonly Case[] = [
  {
    id: 'key-none',
    title: 'no key on function and admin level',
    steps: [get('/r/key/function', empty(401)), get('/r/key/admin', empty(401))],
  },
  {
    id: 'key-wrong',
    title: 'a wrong key',
    steps: [
      get('/r/key/function', empty(401), { headers: { 'x-functions-key': 'wrong' } }),
      get('/r/key/function?code=wrong', empty(401)),
      get('/r/key/admin', empty(401), { headers: { 'x-functions-key': 'wrong' } }),
      get('/r/key/function', empty(401), { headers: { 'x-functions-key': '' }, name: 'empty header' }),
    ],
  },
  {
    id: 'key-on-unknown',
    title: 'order of checks: method, route, key',
    steps: [
      post('/r/key/admin', 'x', empty(404), { name: 'wrong method, no key' }),
      post('/r/key/function', 'x'.repeat(1048577), empty(401), { name: 'no key, body too long' }),
      get('/r/key/nothing', empty(404), { name: 'unknown route' }),
    ],
  },
  {
    id: 'disabled-function',
    title: 'setting AzureWebJobs.httpDisabled.Disabled=true',
    steps: [get('/r/disabled', empty(404))],
  },
  {
    id: 'admin-host-status',
    title: 'admin/host/status with and without master key',
    steps: [get('/admin/host/status', empty(401, { headers: { 'www-authenticate': 'Bearer' } }))],
  },
  {
    id: 'admin-host-ping',
    title: 'admin/host/ping',
    steps: [
      get(
        '/admin/host/ping',
        empty(200, { headers: { 'cache-control': 'no-store,no-cache', pragma: 'no-cache' } }),
      ),
      post(
        '/admin/host/ping',
        '',
        empty(200, { headers: { 'cache-control': 'no-store,no-cache', pragma: 'no-cache' } }),
      ),
    ],
  },
  {
    id: 'admin-functions',
    title: 'admin/functions',
    steps: [get('/admin/functions', empty(401, { headers: { 'www-authenticate': 'Bearer' } }))],
  },
  {
    id: 'admin-invoke',
    title: 'POST admin/functions/<name>',
    steps: [
      post(
        '/admin/functions/httpGetOnly',
        '{"input":"x"}',
        empty(401, { headers: { 'www-authenticate': 'Bearer' } }),
        { headers: { 'Content-Type': 'application/json' }, name: 'no key' },
      ),
    ],
  },
  {
    id: 'admin-unknown',
    title: 'unknown path under admin and runtime',
    steps: [get('/admin/nope', empty(404)), get('/runtime/nope', empty(404))],
  },
];
