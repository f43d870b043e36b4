// HTTP functions, one per behaviour of the host that was recorded (../../cases).
const crypto = require('node:crypto');
const { setTimeout: sleep } = require('node:timers/promises');
const { app, HttpResponse } = require('@azure/functions');

/** What the functions leave behind for a later request to look at. */
const traces = new Map();

function append(name, record) {
  traces.set(name, [...(traces.get(name) ?? []), record]);
}

/** A value with its JavaScript type, in a form that survives JSON. */
function describe(value) {
  if (value === null) return { type: 'null' };
  if (Array.isArray(value)) return { type: 'array', value };
  return { type: typeof value, value };
}

const http = (name, methods, route, handler, more = {}) =>
  app.http(name, {
    methods,
    authLevel: 'anonymous',
    ...(route === undefined ? {} : { route }),
    handler,
    ...more,
  });

const answer = (text) => () => ({ body: text });

/** What the function sees of a request. */
async function requestView(request, context) {
  const body = Buffer.from(await request.arrayBuffer());
  return {
    method: request.method,
    url: request.url,
    query: [...request.query.entries()],
    params: request.params,
    headers: [...request.headers.entries()].sort((a, b) => (a[0] < b[0] ? -1 : 1)),
    user: request.user,
    body: {
      length: body.length,
      sha256: crypto.createHash('sha256').update(body).digest('hex').slice(0, 16),
      head: body.subarray(0, 80).toString('latin1'),
    },
    triggerMetadata: context.triggerMetadata ?? null,
    retryContext: context.retryContext ?? null,
    functionName: context.functionName,
  };
}
const echo = async (request, context) => ({ jsonBody: await requestView(request, context) });

// methods
http('httpGetOnly', ['GET'], 'r/get-only', answer('get'));
http('httpPostOnly', ['POST'], 'r/post-only', answer('post'));
http('httpOptions', ['GET', 'OPTIONS'], 'r/options', (request) => ({ body: request.method }));
http('httpHead', ['GET', 'HEAD'], 'r/head', (request) => ({
  body: request.method,
  headers: { 'x-method': request.method },
}));
http('httpSameGet', ['GET'], 'r/same', answer('get one'));
http('httpSamePost', ['POST'], 'r/same', answer('post one'));
http(
  'httpAllMethods',
  ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT'],
  'r/all',
  (request) => ({
    headers: { 'x-method': request.method },
  }),
);
http('httpDefaultMethods', undefined, 'r/default-methods', (request) => ({ body: request.method }));
http('httpNoRoute', ['GET'], undefined, answer('no route given'));

// route templates
const params = (request) => ({ jsonBody: { function: undefined, params: request.params } });
http('httpInt', ['GET'], 'r/int/{id:int}', params);
http('httpGuid', ['GET'], 'r/guid/{v:guid}', params);
http('httpRange', ['GET'], 'r/range/{v:range(1,5)}', params);
http('httpAlpha', ['GET'], 'r/alpha/{v:alpha:minlength(2)}', params);
http('httpRegex', ['GET'], 'r/regex/{v:regex(^a.c$)}', params);
http('httpBool', ['GET'], 'r/bool/{v:bool}', params);
http('httpDate', ['GET'], 'r/date/{v:datetime}', params);
http('httpOptional', ['GET'], 'r/opt/{a}/{b?}', params);
http('httpDefaultValue', ['GET'], 'r/def/{v=7}', params);
http('httpCatchAll', ['GET'], 'r/rest/{*rest}', params);
http('httpComplex', ['GET'], 'r/complex/{name}.{ext}', params);
http('httpSegment', ['GET'], 'r/seg/{x}', async (request) => ({
  jsonBody: { url: request.url, params: request.params },
}));

// Two templates fit the same path. Four pairs, so that the order of registration and the
// order of the names can be told apart.
http('httpOv1aLit', ['GET'], 'r/ov1/fixed', answer('literal'));
http('httpOv1bPar', ['GET'], 'r/ov1/{x}', answer('parameter'));
http('httpOv2bLit', ['GET'], 'r/ov2/fixed', answer('literal'));
http('httpOv2aPar', ['GET'], 'r/ov2/{x}', answer('parameter'));
http('httpOv3aPar', ['GET'], 'r/ov3/{x}', answer('parameter'));
http('httpOv3bLit', ['GET'], 'r/ov3/fixed', answer('literal'));
http('httpOv4bPar', ['GET'], 'r/ov4/{x}', answer('parameter'));
http('httpOv4aLit', ['GET'], 'r/ov4/fixed', answer('literal'));
http('httpOv5aPar', ['GET'], 'r/ov5/{x}', answer('parameter'));
http('httpOv5bInt', ['GET'], 'r/ov5/{x:int}', answer('integer'));

// requests
http('httpEcho', ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], 'r/echo', echo);
http('httpEchoParam', ['GET', 'POST'], 'r/echo/{x}/{y?}', echo);
http('httpJson', ['POST'], 'r/json', async (request) => {
  try {
    return { jsonBody: describe(await request.json()) };
  } catch (error) {
    return { status: 422, jsonBody: { name: error.name, message: error.message } };
  }
});
http('httpBodyNotRead', ['POST'], 'r/body-not-read', answer('not read'));

// Switched off by the setting AzureWebJobs.httpDisabled.Disabled=true.
http('httpDisabled', ['GET'], 'r/disabled', answer('not disabled'));

// failures
http('httpThrow', ['GET', 'POST'], 'r/throw', () => {
  throw new Error('thrown by the handler');
});
http('httpThrowLater', ['GET'], 'r/throw-later', async () => {
  await sleep(50);
  throw new TypeError('thrown later');
});
http('httpThrowString', ['GET'], 'r/throw-string', async () => {
  throw 'only text';
});

// results
const results = {
  undefined: () => undefined,
  null: () => null,
  string: () => 'text',
  number: () => 5,
  boolean: () => true,
  array: () => [1, 2],
  emptyObject: () => ({}),
  unknownProps: () => ({ hello: 'x' }),
  bodyString: () => ({ body: 'grüße' }),
  bodyEmpty: () => ({ body: '' }),
  bodyBuffer: () => ({ body: Buffer.from([0, 1, 254, 255]) }),
  bodyNumber: () => ({ body: 5 }),
  bodyObject: () => ({ body: { a: 1 } }),
  bodyStream: () => ({
    body: new ReadableStream({
      async start(controller) {
        controller.enqueue(Buffer.from('one,'));
        await sleep(20);
        controller.enqueue(Buffer.from('two'));
        controller.close();
      },
    }),
  }),
  jsonBody: () => ({ jsonBody: { a: 1 } }),
  jsonNull: () => ({ jsonBody: null }),
  jsonString: () => ({ jsonBody: 'text' }),
  typeOwn: () => ({ jsonBody: { a: 1 }, headers: { 'Content-Type': 'application/problem+json' } }),
  status201: () => ({ status: 201, body: 'made', headers: { location: '/r/somewhere' } }),
  status204body: () => ({ status: 204, body: 'dropped?' }),
  status302: () => ({ status: 302, headers: { location: '/r/get-only' } }),
  status304: () => ({ status: 304, headers: { etag: '"v1"' } }),
  status418: () => ({ status: 418, body: 'short and stout' }),
  status503: () => ({ status: 503, headers: { 'retry-after': '7' }, jsonBody: { busy: true } }),
  status599: () => ({ status: 599 }),
  status99: () => ({ status: 99 }),
  status100: () => ({ status: 100 }),
  status600: () => ({ status: 600 }),
  statusText: () => ({ status: '201' }),
  cookies: () => ({
    body: 'c',
    cookies: [
      { name: 'plain', value: 'v 1;x' },
      {
        name: 'full',
        value: 'v2',
        domain: 'example.org',
        path: '/p',
        maxAge: 5,
        secure: true,
        httpOnly: true,
        sameSite: 'Strict',
      },
      { name: 'dated', value: 'v3', expires: new Date(Date.UTC(2001, 1, 3, 4, 5, 6)), sameSite: 'None' },
      { name: 'lax', value: 'v4', sameSite: 'Lax' },
    ],
  }),
  headersTwice: () => {
    const headers = new Headers();
    headers.append('x-twice', 'one');
    headers.append('x-twice', 'two');
    headers.append('Set-Cookie', 'h1=1');
    headers.append('Set-Cookie', 'h2=2');
    return { body: 'h', headers };
  },
  headersSpecial: () => ({
    body: 'abc',
    headers: {
      'content-length': '99',
      connection: 'close',
      'x-empty': '',
      'x-case-Kept': 'V',
      server: 'mine',
      date: 'never',
      vary: 'Accept',
    },
  }),
  transferEncoding: () => ({ body: 'abc', headers: { 'transfer-encoding': 'chunked' } }),
  contentEncoding: () => ({
    body: 'abc',
    headers: { 'content-encoding': 'identity', 'cache-control': 'no-store' },
  }),
  headerUnicode: () => ({ body: 'h', headers: { 'x-latin': 'gr\u00fc\u00dfe' } }),
  headerInvalid: () => ({ body: 'h', headers: { 'x-bad': 'a\nb' } }),
  response: () => new HttpResponse({ status: 202, jsonBody: { made: 'by class' } }),
  nativeResponse: () => new Response('native', { status: 203, headers: { 'x-native': '1' } }),
  negotiation: () => ({ jsonBody: { a: 1 }, enableContentNegotiation: true }),
  negotiationText: () => ({ body: 'text', enableContentNegotiation: true }),
  big: () => ({ body: 'x'.repeat(1_000_000) }),
};
http('httpReturn', ['GET', 'HEAD'], 'r/return/{kind}', (request) => results[request.params.kind]());

// time
http('httpSlow', ['GET'], 'r/slow', async () => {
  // In the place of time: the test decides when the function goes on.
  await globalThis.testGate.enter();
  return { body: 'slept' };
});
// Leaves a trace when it gets to its end, to show whether an abort stopped it.
http('httpAbort', ['GET'], 'r/abort/{mark}', async (request) => {
  append(request.params.mark, { at: 'start' });
  await sleep(300);
  append(request.params.mark, { at: 'end' });
  return { body: 'too late' };
});
http('httpTrace', ['GET'], 'r/trace/{mark}', (request) => ({
  jsonBody: traces.get(request.params.mark) ?? [],
}));

// Routes that the host refuses; the rest of the app is served.
http('httpBadAdmin', ['GET'], 'admin/mine', answer('admin/mine'));
http('httpBadAdministrators', ['GET'], 'administrators', answer('administrators'));
http('httpBadRuntime', ['GET'], 'runtime/mine', answer('runtime/mine'));
http('httpBadClashOne', ['GET', 'POST'], 'r/clash', answer('one'));
http('httpBadClashTwo', ['POST', 'PUT'], 'R/Clash/', answer('two'));
