import {
  chunked,
  empty,
  get,
  http,
  seenGet,
  seenHttp,
  statusOnly,
  text,
  type Case,
} from '../caseBuilders.js';

export const requestCases: readonly Case[] = [
  {
    id: 'query-twice',
    title: '?x=1&x=2',
    steps: [seenGet('/r/echo?x=1&x=2&y=3', { query: { x: '1,2', y: '3' } })],
  },
  {
    id: 'query-empty',
    title: '?e= and ?f and ?=v',
    steps: [
      seenGet('/r/echo?e=', { query: { e: '' } }),
      seenGet('/r/echo?f', { query: { f: '' } }),
      seenGet('/r/echo?=v', { query: { '': 'v' } }),
      seenGet('/r/echo?a=1&&b=2&', { query: { a: '1', b: '2' } }),
      seenGet('/r/echo?a=b=c', { query: { a: 'b=c' } }),
    ],
  },
  {
    id: 'query-case',
    title: 'names that differ by case',
    steps: [seenGet('/r/echo?a=1&A=2', { query: { A: '1,2' } })],
  },
  {
    id: 'query-encoded',
    title: 'encoding in the query',
    steps: [
      seenGet('/r/echo?a=x%20y+z%2Bq&gr%C3%BC=%C3%9F&c=1,2&d=%2C', {
        query: { a: 'x y z+q', grü: 'ß', c: '1,2', d: ',' },
      }),
      seenGet('/r/echo?a=%zz&b=%E4', { query: { a: '%zz', b: '%E4' } }),
      seenGet('/r/echo?list[]=1&list[]=2&a.b=c&a;b', { query: { 'list[]': '1,2', 'a.b': 'c', 'a;b': '' } }),
    ],
  },
  {
    id: 'query-code',
    title: 'the query value "code" on an anonymous function',
    steps: [seenGet('/r/echo?code=mine&clientId=c', { query: { code: 'mine', clientId: 'c' } })],
  },
  {
    id: 'request-headers',
    title: 'what arrives of headers',
    steps: [
      seenGet(
        '/r/echo',
        {
          headers: {
            accept: 'text/html',
            cookie: 'a=1; b=2',
            'x-empty': '',
            'x-latin': 'grüße',
            'x-long': 'l'.repeat(1000),
            'x-one': 'a,b',
          },
        },
        {
          headers: [
            ['X-One', 'a'],
            ['x-one', 'b'],
            ['X-Empty', ''],
            ['X-Long', 'l'.repeat(1000)],
            ['Cookie', 'a=1; b=2'],
            ['Accept', 'text/html'],
            ['X-Latin', 'grüße'],
          ],
        },
      ),
      seenGet(
        '/r/echo',
        { headers: { cookie: 'a=1,b=2' } },
        {
          headers: [
            ['Cookie', 'a=1'],
            ['Cookie', 'b=2'],
          ],
          name: 'two cookies',
        },
      ),
    ],
  },
  {
    id: 'forwarded-headers',
    title: 'headers a proxy would set',
    steps: [
      seenGet(
        '/r/echo',
        {
          headers: {
            'x-arr-ssl': '1',
            'x-forwarded-for': '192.0.2.1',
            'x-forwarded-host': 'public.example',
            'x-forwarded-prefix': '/p',
            'x-forwarded-proto': 'https',
            'x-original-url': '/other',
          },
        },
        {
          headers: {
            'X-Forwarded-Host': 'public.example',
            'X-Forwarded-Proto': 'https',
            'X-Forwarded-For': '192.0.2.1',
            'X-Original-URL': '/other',
            'X-Forwarded-Prefix': '/p',
            'X-ARR-SSL': '1',
          },
        },
      ),
      seenGet(
        '/r/echo',
        { url: 'http://public.example:8443/r/echo', headers: { host: 'public.example:8443' } },
        { headers: { Host: 'public.example:8443' }, name: 'host header' },
      ),
    ],
  },
  {
    id: 'principal-header',
    title: 'x-ms-client-principal from outside',
    steps: [
      get('/r/echo', empty(500), {
        headers: {
          'x-ms-client-principal':
            'eyJhdXRoX3R5cCI6ImFhZCIsImNsYWltcyI6W3sidHlwIjoibmFtZSIsInZhbCI6IkV2ZSJ9XX0=',
        },
      }),
    ],
  },
  {
    id: 'no-host-header',
    title: 'HTTP/1.1 without Host',
    steps: [get('/r/echo', empty(400), { noHost: true })],
  },
  {
    id: 'keep-alive',
    title: 'the host keeps the connection open',
    steps: [get('/r/get-only', text('get', { keepAlive: true }), { headers: { Connection: 'keep-alive' } })],
  },
  {
    id: 'accept-encoding',
    title: 'does the host compress',
    steps: [
      get(
        '/r/return/big',
        chunked(
          { head: 'x'.repeat(400), length: 1000000 },
          { headers: { 'content-type': 'text/plain;charset=UTF-8' } },
        ),
        { headers: { 'Accept-Encoding': 'gzip, br' } },
      ),
    ],
  },
  {
    id: 'long-url',
    title: 'long paths and queries',
    steps: [
      get(`/r/echo?q=${'x'.repeat(4000)}`, statusOnly(200)),
      get(`/r/echo?q=${'x'.repeat(7000)}`, statusOnly(200), { name: '7000' }),
      get(`/r/echo?q=${'x'.repeat(20000)}`, statusOnly(414), { name: '20000' }),
    ],
  },
  {
    id: 'pipelined',
    title: 'two requests written at once on one connection',
    steps: [
      get('/r/get-only', text('get', { keepAlive: true }), {
        rawBytes:
          'GET /r/get-only HTTP/1.1\r\nHost: localhost\r\n\r\nGET /r/nothing-here HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      }),
    ],
  },
  {
    id: 'malformed',
    title: 'not HTTP',
    steps: [
      get('', empty(400), { rawBytes: 'hello\r\n\r\n', name: 'rubbish' }),
      http('POST', '', empty(400), {
        rawBytes: 'POST /r/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n',
        name: 'length not a number',
      }),
      seenHttp(
        'POST',
        '',
        {
          url: 'http://localhost/r/echo',
          headers: { host: 'localhost', 'transfer-encoding': 'chunked', 'x-content-length': '3' },
        },
        {
          rawBytes:
            'POST /r/echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
          name: 'length and chunked',
        },
      ),
    ],
  },
  {
    id: 'http10',
    title: 'HTTP/1.0',
    steps: [get('', empty(500), { rawBytes: 'GET /r/get-only HTTP/1.0\r\n\r\n' })],
  },
];
