import { chunked, empty, get, json, noLength, post, text, whole, type Case } from '../caseBuilders.js';

export const answerCases: readonly Case[] = [
  {
    id: 'throw',
    title: 'the handler throws',
    steps: [
      get('/r/throw', empty(500)),
      post('/r/throw', '{"a":1}', empty(500), { headers: { 'Content-Type': 'application/json' } }),
      get('/r/throw-later', empty(500)),
      get('/r/throw-string', empty(500)),
      get('/r/throw', empty(500), { headers: { Accept: 'application/json' }, name: 'with Accept json' }),
    ],
  },
  { id: 'return-undefined', title: 'returns undefined', steps: [get('/r/return/undefined', noLength(204))] },
  { id: 'return-null', title: 'returns null', steps: [get('/r/return/null', noLength(204))] },
  { id: 'return-string', title: 'returns a string', steps: [get('/r/return/string', empty(500))] },
  { id: 'return-number', title: 'returns a number', steps: [get('/r/return/number', empty(500))] },
  { id: 'return-boolean', title: 'returns true', steps: [get('/r/return/boolean', empty(500))] },
  { id: 'return-array', title: 'returns an array', steps: [get('/r/return/array', empty(200))] },
  { id: 'return-emptyObject', title: 'returns {}', steps: [get('/r/return/emptyObject', empty(200))] },
  {
    id: 'return-unknownProps',
    title: 'returns an object without known properties',
    steps: [get('/r/return/unknownProps', empty(200))],
  },
  { id: 'return-bodyString', title: 'string body', steps: [get('/r/return/bodyString', text('grüße'))] },
  {
    id: 'return-bodyEmpty',
    title: 'empty string body',
    steps: [
      get('/r/return/bodyEmpty', empty(200, { headers: { 'content-type': 'text/plain;charset=UTF-8' } })),
    ],
  },
  {
    id: 'return-bodyBuffer',
    title: 'Buffer body',
    steps: [get('/r/return/bodyBuffer', chunked({ base64: 'AAH+/w==', length: 4 }))],
  },
  { id: 'return-bodyNumber', title: 'number as body', steps: [get('/r/return/bodyNumber', text('5'))] },
  {
    id: 'return-bodyObject',
    title: 'object as body',
    steps: [get('/r/return/bodyObject', text('[object Object]'))],
  },
  {
    id: 'return-bodyStream',
    title: 'stream as body',
    steps: [get('/r/return/bodyStream', chunked('one,two'))],
  },
  { id: 'return-jsonBody', title: 'jsonBody', steps: [get('/r/return/jsonBody', json({ a: 1 }))] },
  { id: 'return-jsonNull', title: 'jsonBody null', steps: [get('/r/return/jsonNull', empty(200))] },
  { id: 'return-jsonString', title: 'jsonBody string', steps: [get('/r/return/jsonString', json('text'))] },
  {
    id: 'return-typeOwn',
    title: 'own content type',
    steps: [
      get('/r/return/typeOwn', json({ a: 1 }, { headers: { 'content-type': 'application/problem+json' } })),
    ],
  },
  {
    id: 'return-status201',
    title: 'status 201',
    steps: [get('/r/return/status201', text('made', { headers: { location: '/r/somewhere' }, status: 201 }))],
  },
  {
    id: 'return-status204body',
    title: '204 with a body',
    steps: [get('/r/return/status204body', noLength(204))],
  },
  {
    id: 'return-status302',
    title: 'redirect',
    steps: [get('/r/return/status302', empty(302, { headers: { location: '/r/get-only' } }))],
  },
  {
    id: 'return-status304',
    title: '304',
    steps: [get('/r/return/status304', noLength(304, { headers: { etag: '"v1"' } }))],
  },
  {
    id: 'return-status418',
    title: '418',
    steps: [get('/r/return/status418', text('short and stout', { status: 418 }))],
  },
  {
    id: 'return-status503',
    title: '503 with Retry-After',
    steps: [
      get('/r/return/status503', json({ busy: true }, { headers: { 'retry-after': '7' }, status: 503 })),
    ],
  },
  { id: 'return-status599', title: '599', steps: [get('/r/return/status599', empty(599))] },
  { id: 'return-status99', title: 'status 99', steps: [get('/r/return/status99', empty(500))] },
  { id: 'return-status100', title: 'status 100', steps: [get('/r/return/status100', empty(500))] },
  { id: 'return-status600', title: 'status 600', steps: [get('/r/return/status600', empty(500))] },
  { id: 'return-statusText', title: 'status as text', steps: [get('/r/return/statusText', empty(201))] },
  {
    id: 'return-cookies',
    title: 'cookies',
    steps: [
      get(
        '/r/return/cookies',
        text('c', {
          headers: {
            'set-cookie': [
              'plain=v%201%3Bx; path=/',
              'full=v2; max-age=5; domain=example.org; path=/p; secure; samesite=strict; httponly',
              'dated=v3; expires=Sat, 03 Feb 2001 04:05:06 GMT; path=/; samesite=none',
              'lax=v4; path=/; samesite=lax',
            ],
          },
        }),
      ),
    ],
  },
  {
    id: 'return-headersTwice',
    title: 'headers given twice',
    steps: [
      get('/r/return/headersTwice', text('h', { headers: { 'set-cookie': 'h2=2', 'x-twice': 'one, two' } })),
    ],
  },
  {
    id: 'return-headersSpecial',
    title: 'headers the server owns',
    steps: [
      get(
        '/r/return/headersSpecial',
        whole(200, 'abc', {
          headers: {
            'content-length': '99',
            'content-type': 'text/plain;charset=UTF-8',
            vary: 'Accept',
            'x-case-kept': 'V',
            'x-empty': '',
          },
          ended: 'closed before the end of the body',
        }),
      ),
    ],
  },
  {
    id: 'return-transferEncoding',
    title: 'transfer-encoding set by the function',
    steps: [get('/r/return/transferEncoding', text('', { ended: 'closed before the end of the body' }))],
  },
  {
    id: 'return-contentEncoding',
    title: 'content-encoding and cache-control',
    steps: [
      get(
        '/r/return/contentEncoding',
        text('abc', { headers: { 'cache-control': 'no-store', 'content-encoding': 'identity' } }),
      ),
    ],
  },
  {
    id: 'return-headerUnicode',
    title: 'header value outside ASCII',
    steps: [
      get('/r/return/headerUnicode', empty(500, { headers: { 'content-type': 'text/plain;charset=UTF-8' } })),
    ],
  },
  {
    id: 'return-headerInvalid',
    title: 'header value with a line break',
    steps: [get('/r/return/headerInvalid', empty(500))],
  },
  {
    id: 'return-response',
    title: 'HttpResponse object',
    steps: [get('/r/return/response', json({ made: 'by class' }, { status: 202 }))],
  },
  {
    id: 'return-nativeResponse',
    title: 'Response object of Node',
    steps: [get('/r/return/nativeResponse', text('native', { headers: { 'x-native': '1' }, status: 203 }))],
  },
  {
    id: 'return-negotiation',
    title: 'enableContentNegotiation with jsonBody',
    steps: [
      get(
        '/r/return/negotiation',
        whole(
          200,
          { json: 'eyJhIjoxfQ==' },
          { headers: { 'content-length': '14', 'content-type': 'application/json; charset=utf-8' } },
        ),
        { headers: { Accept: 'application/xml, text/plain;q=0.5' } },
      ),
    ],
  },
  {
    id: 'return-negotiationText',
    title: 'enableContentNegotiation with text',
    steps: [
      get(
        '/r/return/negotiationText',
        empty(406, { headers: { 'content-type': 'text/plain;charset=UTF-8' } }),
        { headers: { Accept: 'application/xml, text/plain;q=0.5' } },
      ),
    ],
  },
  {
    id: 'return-unknown-kind',
    title: 'the handler calls something that is not there',
    steps: [get('/r/return/nope', empty(500))],
  },
];
