import { empty, get, http, json, noLength, post, seenGet, text, type Case } from '../caseBuilders.js';

export const routingCases: readonly Case[] = [
  { id: 'unknown-route', title: 'no function has this path', steps: [get('/r/nothing-here', empty(404))] },
  {
    id: 'wrong-method',
    title: 'GET on a route that lists POST, POST on one that lists GET',
    steps: [
      get('/r/post-only', empty(404)),
      post('/r/get-only', 'x', empty(404)),
      http('DELETE', '/r/get-only', empty(404)),
    ],
  },
  {
    id: 'head-on-get-route',
    title: 'HEAD where only GET is listed',
    steps: [http('HEAD', '/r/get-only', noLength(404))],
  },
  {
    id: 'head-listed',
    title: 'HEAD where HEAD is listed',
    steps: [
      http(
        'HEAD',
        '/r/head',
        noLength(200, { headers: { 'content-type': 'text/plain;charset=UTF-8', 'x-method': 'HEAD' } }),
      ),
      get('/r/head', text('GET', { headers: { 'x-method': 'GET' } })),
    ],
  },
  {
    id: 'head-on-body',
    title: 'HEAD on a function that returns a body',
    steps: [
      http(
        'HEAD',
        '/r/return/bodyString',
        noLength(200, { headers: { 'content-type': 'text/plain;charset=UTF-8' } }),
      ),
      http('HEAD', '/r/return/undefined', noLength(204)),
    ],
  },
  {
    id: 'options-not-listed',
    title: 'OPTIONS where it is not listed, also as a CORS preflight',
    steps: [
      http('OPTIONS', '/r/get-only', empty(404)),
      http('OPTIONS', '/r/get-only', empty(404), {
        headers: { Origin: 'https://example.org', 'Access-Control-Request-Method': 'GET' },
      }),
    ],
  },
  {
    id: 'options-listed',
    title: 'OPTIONS where it is listed',
    steps: [http('OPTIONS', '/r/options', text('OPTIONS'))],
  },
  {
    id: 'method-case',
    title: 'method in lower case and an unknown method',
    steps: [
      http('get', '/r/get-only', text('get')),
      http('FOO', '/r/get-only', empty(404)),
      http('TRACE', '/r/all', empty(500)),
    ],
  },
  {
    id: 'default-methods',
    title: 'no methods given: which are served',
    steps: [
      get('/r/default-methods', text('GET')),
      http('POST', '/r/default-methods', text('POST')),
      http('PUT', '/r/default-methods', empty(404)),
      http('DELETE', '/r/default-methods', empty(404)),
      http('HEAD', '/r/default-methods', noLength(404)),
      http('OPTIONS', '/r/default-methods', empty(404)),
      http('PATCH', '/r/default-methods', empty(404)),
    ],
  },
  {
    id: 'same-route-two-methods',
    title: 'two functions share a route with different methods',
    steps: [
      get('/r/same', text('get one')),
      post('/r/same', '', text('post one')),
      http('PUT', '/r/same', empty(404), { body: '' }),
    ],
  },
  {
    id: 'no-route-given',
    title: 'no route option: the function name is the path',
    steps: [get('/httpNoRoute', text('no route given')), get('/HTTPNOROUTE', text('no route given'))],
  },
  {
    id: 'literal-case',
    title: 'letter case of literals and trailing or doubled slashes',
    steps: [
      get('/R/Get-Only', text('get')),
      get('/r/get-only/', text('get')),
      get('//r/get-only', empty(404)),
      get('/r//get-only', empty(404)),
      get('/r/./get-only', text('get')),
      get('/x/../r/get-only', text('get')),
      get('/r/get-only?', text('get')),
      get('/r/get-only#f', empty(404)),
    ],
  },
  {
    id: 'constraint-int',
    title: '{id:int}',
    steps: [
      get('/r/int/12', json({ params: { id: '12' } })),
      get('/r/int/abc', empty(404)),
      get('/r/int/-3', json({ params: { id: '-3' } })),
      get('/r/int/+3', json({ params: { id: '+3' } })),
      get('/r/int/007', json({ params: { id: '007' } })),
      get('/r/int/99999999999', empty(404)),
      get('/r/int/1.0', empty(404)),
      get('/r/int/%201', json({ params: { id: ' 1' } })),
    ],
  },
  {
    id: 'constraint-guid',
    title: '{v:guid}',
    steps: [
      get(
        '/r/guid/00000000-0000-0000-0000-000000000001',
        json({ params: { v: '00000000-0000-0000-0000-000000000001' } }),
      ),
      get('/r/guid/zz', empty(404)),
    ],
  },
  {
    id: 'constraint-range',
    title: '{v:range(1,5)}',
    steps: [
      get('/r/range/1', json({ params: { v: '1' } })),
      get('/r/range/5', json({ params: { v: '5' } })),
      get('/r/range/6', empty(404)),
      get('/r/range/x', empty(404)),
    ],
  },
  {
    id: 'constraint-alpha-minlength',
    title: '{v:alpha:minlength(2)}',
    steps: [
      get('/r/alpha/ab', json({ params: { v: 'ab' } })),
      get('/r/alpha/a', empty(404)),
      get('/r/alpha/a1', empty(404)),
    ],
  },
  {
    id: 'constraint-regex',
    title: '{v:regex(^a.c$)}',
    steps: [
      get('/r/regex/abc', json({ params: { v: 'abc' } })),
      get('/r/regex/ABC', json({ params: { v: 'ABC' } })),
      get('/r/regex/abd', empty(404)),
      get('/r/regex/xabc', empty(404)),
    ],
  },
  {
    id: 'constraint-bool-date',
    title: '{v:bool} and {v:datetime}',
    steps: [
      get('/r/bool/true', json({ params: { v: 'true' } })),
      get('/r/bool/TRUE', json({ params: { v: 'TRUE' } })),
      get('/r/bool/1', empty(404)),
      get('/r/date/2001-02-03', json({ params: { v: '2001-02-03' } })),
      get('/r/date/2001-02-03T04:05:06Z', json({ params: { v: '2001-02-03T04:05:06Z' } })),
      get('/r/date/today', empty(404)),
    ],
  },
  {
    id: 'overlap-literal-first',
    title: 'literal and parameter fit: literal registered first',
    steps: [
      get('/r/ov1/fixed', text('literal')),
      get('/r/ov1/other', text('parameter')),
      get('/r/ov2/fixed', text('parameter')),
      get('/r/ov2/other', text('parameter')),
    ],
  },
  {
    id: 'overlap-parameter-first',
    title: 'literal and parameter fit: parameter registered first',
    steps: [
      get('/r/ov3/fixed', text('parameter')),
      get('/r/ov3/other', text('parameter')),
      get('/r/ov4/fixed', text('literal')),
      get('/r/ov4/other', text('parameter')),
    ],
  },
  {
    id: 'overlap-constraint',
    title: 'parameter with and without constraint fit',
    steps: [get('/r/ov5/7', text('parameter')), get('/r/ov5/x', text('parameter'))],
  },
  {
    id: 'optional-segment',
    title: '{a}/{b?}',
    steps: [
      get('/r/opt/1/2', json({ params: { a: '1', b: '2' } })),
      get('/r/opt/1', json({ params: { a: '1' } })),
      get('/r/opt/1/', json({ params: { a: '1' } })),
      get('/r/opt', empty(404)),
      get('/r/opt/1/2/3', empty(404)),
    ],
  },
  {
    id: 'default-value',
    title: '{v=7}',
    steps: [
      get('/r/def', json({ params: { v: '7' } })),
      get('/r/def/8', json({ params: { v: '8' } })),
      get('/r/def/', json({ params: { v: '7' } })),
    ],
  },
  {
    id: 'catch-all',
    title: '{*rest}',
    steps: [
      get('/r/rest', json({ params: {} })),
      get('/r/rest/', json({ params: {} })),
      get('/r/rest/a/b', json({ params: { rest: 'a/b' } })),
      get('/r/rest/a%2Fb/c', json({ params: { rest: 'a%2Fb/c' } })),
      get('/r/rest/a//b', json({ params: { rest: 'a//b' } })),
      get('/r/rest/a/', json({ params: { rest: 'a/' } })),
    ],
  },
  {
    id: 'complex-segment',
    title: '{name}.{ext}',
    steps: [
      get('/r/complex/a.b', json({ params: { ext: 'b', name: 'a' } })),
      get('/r/complex/a.b.c', json({ params: { ext: 'c', name: 'a.b' } })),
      get('/r/complex/ab', empty(404)),
    ],
  },
  {
    id: 'encoded-segment',
    title: 'percent encoding in a path segment',
    steps: [
      get('/r/seg/a%20b', json({ url: 'http://<host>/r/seg/a%20b', params: { x: 'a b' } })),
      get('/r/seg/a+b', json({ url: 'http://<host>/r/seg/a+b', params: { x: 'a+b' } })),
      get(
        '/r/seg/gr%C3%BC%C3%9Fe',
        json({ url: 'http://<host>/r/seg/gr%C3%BC%C3%9Fe', params: { x: 'grüße' } }),
      ),
      get('/r/seg/a%2Fb', json({ url: 'http://<host>/r/seg/a%2Fb', params: { x: 'a%2Fb' } })),
      get('/r/seg/a%2fb', json({ url: 'http://<host>/r/seg/a%2fb', params: { x: 'a%2fb' } })),
      get('/r/seg/a%5Cb', json({ url: 'http://<host>/r/seg/a%5Cb', params: { x: 'a\\b' } })),
      get('/r/seg/100%25', json({ url: 'http://<host>/r/seg/100%25', params: { x: '100%' } })),
      get('/r/seg/a%3Fb', json({ url: 'http://<host>/r/seg/a%3Fb', params: { x: 'a?b' } })),
      get('/r/seg/a%23b', json({ url: 'http://<host>/r/seg/a%23b', params: { x: 'a#b' } })),
      get('/r/seg/%E4', json({ url: 'http://<host>/r/seg/%E4', params: { x: '%E4' } })),
      get('/r/seg/a%00b', empty(400)),
      get('/r/seg/a;b=1', json({ url: 'http://<host>/r/seg/a;b=1', params: { x: 'a;b=1' } })),
      get("/r/seg/it's", json({ url: "http://<host>/r/seg/it's", params: { x: "it's" } })),
      get('/r/seg/%7Bx%7D', json({ url: 'http://<host>/r/seg/%7Bx%7D', params: { x: '{x}' } })),
      get('/r/seg/a%252Fb', json({ url: 'http://<host>/r/seg/a%2Fb', params: { x: 'a%2Fb' } })),
      get('/r/seg/%2e%2e', empty(404)),
    ],
  },
  {
    id: 'raw-odd-path',
    title: 'characters that should have been encoded',
    steps: [
      get('/r/seg/a b', empty(400)),
      get('/r/seg/a|b', json({ url: 'http://<host>/r/seg/a%7Cb', params: { x: 'a|b' } })),
      get('/r/seg/a"b', json({ url: 'http://<host>/r/seg/a%22b', params: { x: 'a"b' } })),
      get('/r/seg/{x}', json({ url: 'http://<host>/r/seg/%7Bx%7D', params: { x: '{x}' } })),
      get('/r/seg/grü', empty(400)),
    ],
  },
  {
    id: 'absolute-form',
    title: 'request line with a whole URL',
    steps: [
      get('http://other.example/r/get-only', empty(400), { name: 'other host than in Host' }),
      seenGet(
        'http://other.example/r/echo?x=1',
        { url: 'http://other.example/r/echo?x=1', query: { x: '1' }, headers: { host: 'other.example' } },
        { headers: { Host: 'other.example' }, name: 'same host as in Host' },
      ),
    ],
  },
];
