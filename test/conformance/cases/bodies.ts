import {
  empty,
  get,
  http,
  json,
  post,
  seenHttp,
  seenPost,
  text,
  unanswered,
  type Case,
} from '../caseBuilders.js';

export const bodyCases: readonly Case[] = [
  {
    id: 'get-with-body',
    title: 'GET with a body',
    steps: [
      seenHttp(
        'GET',
        '/r/echo',
        { headers: { 'content-length': '5', 'content-type': 'text/plain' } },
        { headers: { 'Content-Type': 'text/plain' }, body: 'hello' },
      ),
    ],
  },
  {
    id: 'post-text',
    title: 'bodies with and without type',
    steps: [
      seenPost(
        '/r/echo',
        'hello',
        {
          headers: { 'content-length': '5', 'content-type': 'text/plain' },
          body: { length: 5, sha256: '2cf24dba5fb0a30e', head: 'hello' },
        },
        { headers: { 'Content-Type': 'text/plain' } },
      ),
      seenPost(
        '/r/echo',
        'hello',
        {
          headers: { 'content-length': '5' },
          body: { length: 5, sha256: '2cf24dba5fb0a30e', head: 'hello' },
        },
        { name: 'no type' },
      ),
      seenPost('/r/echo', '', { headers: { 'content-length': '0' } }, { name: 'empty, length 0' }),
      seenHttp('POST', '/r/echo', {}, { name: 'no length at all' }),
      seenPost(
        '/r/echo',
        'a=1&b=2',
        {
          headers: { 'content-length': '7', 'content-type': 'application/x-www-form-urlencoded' },
          body: { length: 7, sha256: '8e85be58c1c372ac', head: 'a=1&b=2' },
        },
        { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, name: 'form' },
      ),
    ],
  },
  {
    id: 'post-binary',
    title: 'bytes that are no text',
    steps: [
      seenPost(
        '/r/echo',
        Buffer.from([0, 1, 128, 254, 255]),
        {
          headers: { 'content-length': '5', 'content-type': 'application/octet-stream' },
          body: { length: 5, sha256: '084d539f7f923049', head: '\u0000\u0001\u0080þÿ' },
        },
        { headers: { 'Content-Type': 'application/octet-stream' } },
      ),
      seenPost(
        '/r/echo',
        Buffer.from([0, 1, 128, 254, 255]),
        {
          headers: { 'content-length': '5', 'content-type': 'application/json' },
          body: { length: 5, sha256: '084d539f7f923049', head: '\u0000\u0001\u0080þÿ' },
        },
        { headers: { 'Content-Type': 'application/json' }, name: 'as json' },
      ),
    ],
  },
  {
    id: 'post-json',
    title: 'request.json() for several bodies',
    steps: [
      post('/r/json', '{"a":1}', json({ type: 'object', value: { a: 1 } }), {
        headers: { 'Content-Type': 'application/json' },
        name: 'json {"a":1}',
      }),
      post('/r/json', '[1,2]', json({ type: 'array', value: [1, 2] }), {
        headers: { 'Content-Type': 'application/json' },
        name: 'json [1,2]',
      }),
      post('/r/json', '"text"', json({ type: 'string', value: 'text' }), {
        headers: { 'Content-Type': 'application/json' },
        name: 'json "text"',
      }),
      post('/r/json', '7', json({ type: 'number', value: 7 }), {
        headers: { 'Content-Type': 'application/json' },
        name: 'json 7',
      }),
      post('/r/json', 'null', json({ type: 'null' }), {
        headers: { 'Content-Type': 'application/json' },
        name: 'json null',
      }),
      post(
        '/r/json',
        '{bad',
        json(
          { name: 'SyntaxError', message: "Expected property name or '}' in JSON at position 1" },
          { status: 422 },
        ),
        { headers: { 'Content-Type': 'application/json' }, name: 'json {bad' },
      ),
      post(
        '/r/json',
        '',
        json({ name: 'SyntaxError', message: 'Unexpected end of JSON input' }, { status: 422 }),
        { headers: { 'Content-Type': 'application/json' }, name: 'json ' },
      ),
      post('/r/json', '\ufeff{"a":1}', json({ type: 'object', value: { a: 1 } }), {
        headers: { 'Content-Type': 'application/json' },
        name: 'with byte order mark',
      }),
    ],
  },
  {
    id: 'post-json-does-not-leak',
    title: 'properties of a JSON body are not query or route values',
    steps: [
      seenPost(
        '/r/echo/p?q=1',
        '{"x":"from body","q":"from body","y":"y","n":{"a":1}}',
        {
          query: { q: '1' },
          params: { x: 'p' },
          headers: { 'content-length': '53', 'content-type': 'application/json' },
          body: {
            length: 53,
            sha256: 'f1f923c85c6bfce2',
            head: '{"x":"from body","q":"from body","y":"y","n":{"a":1}}',
          },
          functionName: 'httpEchoParam',
        },
        { headers: { 'Content-Type': 'application/json' } },
      ),
    ],
  },
  {
    id: 'chunked-body',
    title: 'chunked without a length',
    steps: [
      seenHttp(
        'POST',
        '/r/echo',
        { headers: { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' } },
        { chunks: ['hello ', 'world'], headers: { 'Content-Type': 'text/plain' } },
      ),
      http(
        'POST',
        '/r/json',
        json({ name: 'SyntaxError', message: 'Unexpected end of JSON input' }, { status: 422 }),
        { chunks: ['{"a":', '1}'], headers: { 'Content-Type': 'application/json' } },
      ),
      seenHttp(
        'POST',
        '/r/echo',
        { headers: { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' } },
        { chunks: [], headers: { 'Content-Type': 'text/plain' }, name: 'empty chunked' },
      ),
    ],
  },
  {
    id: 'gzip-body',
    title: 'a body sent with Content-Encoding: gzip',
    steps: [
      seenPost(
        '/r/echo',
        Buffer.from('H4sIAAAAAAAAA6tWqsosKEhNUbIqKSpNrQUAhCi8CA8AAAA=', 'base64'),
        {
          headers: { 'content-encoding': 'gzip', 'content-length': '35', 'content-type': 'application/json' },
          body: {
            length: 35,
            sha256: '015de8bd915cb501',
            head: '\u001f\u008b\b\u0000\u0000\u0000\u0000\u0000\u0000\u0003«VªÊ,(HMQ²*)*M\u00ad\u0005\u0000\u0084(¼\b\u000f\u0000\u0000\u0000',
          },
        },
        { headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' } },
      ),
    ],
  },
  {
    id: 'expect-continue',
    title: 'Expect: 100-continue',
    steps: [
      seenPost(
        '/r/echo',
        'hello',
        {
          headers: { 'content-length': '5', 'content-type': 'text/plain', expect: '100-continue' },
          body: { length: 5, sha256: '2cf24dba5fb0a30e', head: 'hello' },
          interim: [100],
        },
        { headers: { Expect: '100-continue', 'Content-Type': 'text/plain' }, expect100: true },
      ),
    ],
  },
  {
    id: 'body-at-limit',
    title: 'as long as the limit allows (FUNCTIONS_REQUEST_BODY_SIZE_LIMIT=1048576)',
    steps: [
      seenPost('/r/echo', 'x'.repeat(1048576), {
        headers: { 'content-length': '1048576' },
        body: { length: 1048576, sha256: '8f990ba0b577b51c', head: 'x'.repeat(80) },
      }),
    ],
  },
  {
    id: 'body-over-limit',
    title: 'one byte over the limit',
    steps: [
      post('/r/echo', 'x'.repeat(1048577), empty(500)),
      post('/r/body-not-read', 'x'.repeat(1048577), empty(500), { name: 'function does not read the body' }),
      get('/r/get-only', text('get'), { name: 'next request' }),
    ],
  },
  {
    id: 'body-over-limit-chunked',
    title: 'over the limit without a length',
    steps: [
      seenHttp(
        'POST',
        '/r/echo',
        { headers: { 'transfer-encoding': 'chunked' } },
        { chunks: Array<string>(5).fill('x'.repeat(262144)) },
      ),
      get('/r/get-only', text('get'), { name: 'next request' }),
    ],
  },
  {
    id: 'body-shorter-than-length',
    title: 'the caller stops in the middle of the body',
    steps: [
      post('/r/echo', 'only ten.', unanswered('aborted by the client'), {
        headers: { 'Content-Length': '50' },
        abortAfter: 200,
      }),
      get('/r/get-only', text('get'), { name: 'next request' }),
    ],
  },
];
