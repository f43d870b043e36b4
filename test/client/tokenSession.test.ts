import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { noCredentials } from '../../client/src/credentials.js';
import { MLServer, MLServerError } from '../../client/src/index.js';
import { TokenSession } from '../../client/src/tokenSession.js';
import { Transport } from '../../client/src/transport.js';
import { startStubServer, type SeenRequest, type StubAnswer } from './stubServer.js';

const login = { username: 'anna', password: 'secret' };

/** A server with tokens `a1`, `a2`, ... that live 3,600 s; only the last pair is valid. */
class TokenServer {
  issued = 0;
  /** Whether refresh tokens are taken. */
  refreshes = true;
  readonly life: object;

  constructor(life: object = { expires_in: 3600 }) {
    this.life = life;
  }

  answer({ method, path, headers, body }: SeenRequest): StubAnswer {
    if (method === 'POST' && path === '/login') {
      const { username, password } = JSON.parse(body.toString()) as typeof login;
      return username === login.username && password === login.password ? this.#pair() : { status: 401 };
    }
    if (method === 'POST' && path === '/login/refreshToken') {
      const { refreshToken } = JSON.parse(body.toString()) as { refreshToken: string };
      return this.refreshes && refreshToken === `r${this.issued}` ? this.#pair() : { status: 401 };
    }
    if (path.startsWith('/login/refreshToken?')) return {};
    return headers.authorization === `Bearer a${this.issued}` ? { body: [] } : { status: 401 };
  }

  #pair(): StubAnswer {
    this.issued++;
    const tokens = { access_token: `a${this.issued}`, refresh_token: `r${this.issued}` };
    return { body: { token_type: 'Bearer', ...tokens, ...this.life } };
  }
}

interface Bed {
  readonly tokens: TokenServer;
  readonly lines: () => readonly string[];
  readonly session: TokenSession;
  /** A call of the session, as a client makes it. */
  readonly call: () => Promise<unknown>;
  /** Moves the clock of the client. */
  readonly pass: (seconds: number) => void;
}

async function startBed(t: TestContext, tokens = new TokenServer()): Promise<Bed> {
  const { url, lines } = await startStubServer(t, (request) => tokens.answer(request));
  const transport = new Transport(url, { fetch, timeoutMs: 0 });
  let nowMs = Date.now();
  const session = new TokenSession(transport, login, () => nowMs);
  return {
    ...{ tokens, lines, session },
    call: () => transport.json({ method: 'GET', path: '/services' }, session),
    pass: (seconds) => {
      nowMs += seconds * 1000;
    },
  };
}

test('logs in once, at the first call', async (t) => {
  const { call, lines } = await startBed(t);
  assert.deepEqual(lines(), []);
  await call();
  await call();
  assert.deepEqual(lines(), ['POST /login', 'GET /services', 'GET /services']);
});

test('a token is renewed in the last minute of its life, with the refresh token that came last', async (t) => {
  const { call, lines, pass } = await startBed(t);
  await call();
  pass(3539);
  await call();
  assert.equal(lines().at(-2), 'GET /services');
  pass(1);
  await call();
  pass(3600);
  await call();
  assert.deepEqual(lines().slice(3), [
    'POST /login/refreshToken',
    'GET /services',
    'POST /login/refreshToken',
    'GET /services',
  ]);
});

test('a call that is answered 401 is made once more with a renewed token', async (t) => {
  const { call, lines, tokens } = await startBed(t);
  await call();
  // somebody else has taken the session over; the refresh token is no longer valid either
  tokens.issued++;
  await call();
  assert.deepEqual(lines().slice(2), [
    'GET /services',
    'POST /login/refreshToken',
    'POST /login',
    'GET /services',
  ]);
});

test('a second 401 is an error', async (t) => {
  const { call, lines, tokens } = await startBed(t);
  await call();
  tokens.answer = ({ path }) =>
    path === '/services'
      ? { status: 401, body: { errorCode: 'SCORE_ERR_ACCESS_DENIED' } }
      : { body: { access_token: 'x' } };
  await assert.rejects(call(), { status: 401, code: 'SCORE_ERR_ACCESS_DENIED' });
  assert.deepEqual(lines().slice(2), ['GET /services', 'POST /login/refreshToken', 'GET /services']);
});

test('calls side by side share one renewal', async (t) => {
  const { call, lines, pass } = await startBed(t);
  await Promise.all([call(), call(), call()]);
  pass(3600);
  await Promise.all([call(), call(), call()]);
  const logins = lines().filter((line) => line.startsWith('POST'));
  assert.deepEqual(logins, ['POST /login', 'POST /login/refreshToken']);
});

test('a 401 to a token that another call has renewed meanwhile renews nothing', async (t) => {
  const { call, lines, session } = await startBed(t);
  await call();
  const used = { authorization: 'Bearer a0' };
  const other = await session.renew(used, new AbortController().signal);
  assert.deepEqual(other, { authorization: 'Bearer a1' });
  assert.deepEqual(lines(), ['POST /login', 'GET /services']);
});

test('a refresh token that is refused is followed by a login, which may fail', async (t) => {
  const { call, lines, pass, tokens } = await startBed(t);
  await call();
  tokens.refreshes = false;
  pass(3600);
  await call();
  assert.deepEqual(lines().slice(2), ['POST /login/refreshToken', 'POST /login', 'GET /services']);
  tokens.answer = () => ({
    status: 429,
    headers: { 'retry-after': '60' },
    body: { errorCode: 'SCORE_ERR_LOGIN_LOCKED' },
  });
  pass(3600);
  await assert.rejects(call(), { status: 429, retryAfterS: 60, code: 'SCORE_ERR_LOGIN_LOCKED' });
});

test('a fault of the server at the renewal is told, and the login is not tried', async (t) => {
  const { call, lines, pass, tokens } = await startBed(t);
  await call();
  const answer = tokens.answer.bind(tokens);
  tokens.answer = () => ({ status: 500 });
  pass(3600);
  await assert.rejects(call(), { status: 500 });
  assert.deepEqual(lines().slice(2), ['POST /login/refreshToken']);
  tokens.answer = answer;
  await call();
  assert.deepEqual(lines().slice(3), ['POST /login/refreshToken', 'GET /services']);
});

test('a caller who goes away leaves the renewal to the others', async (t) => {
  const gate = Promise.withResolvers<undefined>();
  const tokens = new TokenServer();
  const { url, lines } = await startStubServer(t, async (request) => {
    if (request.path === '/login') await gate.promise;
    return tokens.answer(request);
  });
  const server = new MLServer(url, { auth: login });
  const leaving = new AbortController();
  const left = server.listServices(undefined, { signal: leaving.signal });
  const stayed = server.listServices();
  leaving.abort(new Error('gone'));
  await assert.rejects(left, /gone/);
  gate.resolve(undefined);
  assert.deepEqual(await stayed, []);
  assert.deepEqual(lines(), ['POST /login', 'GET /services']);
});

const lives: readonly (readonly [string, () => object, number, boolean])[] = [
  ['expires_in', () => ({ expires_in: 100 }), 91, true],
  ['expires_in as a text', () => ({ expires_in: '100' }), 91, true],
  ['a tenth of a short life', () => ({ expires_in: 100 }), 89, false],
  ['expires_on', () => ({ expires_on: Math.floor(Date.now() / 1000) + 1000 }), 950, true],
  ['expires_on before that', () => ({ expires_on: Math.floor(Date.now() / 1000) + 1000 }), 900, false],
  ['expires_on of a clock that is wrong', () => ({ expires_on: 1_000_000_000 }), 10_000, false],
  ['no life at all', () => ({}), 1_000_000, false],
];

for (const [name, life, afterS, renews] of lives) {
  test(`life of a token: ${name}`, async (t) => {
    const { call, lines, pass } = await startBed(t, new TokenServer(life()));
    await call();
    pass(afterS);
    await call();
    assert.equal(lines().includes('POST /login/refreshToken'), renews);
  });
}

test('a login tells a wrong password, and an answer without a token', async (t) => {
  const tokens = new TokenServer();
  const { url } = await startStubServer(t, (request) => tokens.answer(request));
  const wrong = new MLServer(url, { auth: { ...login, password: 'x' } });
  await assert.rejects(wrong.login(), { name: 'MLServerError', status: 401 });
  tokens.answer = () => ({ body: {} });
  await assert.rejects(new MLServer(url, { auth: login }).login(), /without access_token/);
});

test('a logout revokes the refresh token, and the next call logs in again', async (t) => {
  const tokens = new TokenServer();
  const { url, lines } = await startStubServer(t, (request) => tokens.answer(request));
  const server = await new MLServer(url, { auth: login }).login();
  await server.logout();
  await server.listServices();
  assert.deepEqual(lines(), [
    'POST /login',
    'DELETE /login/refreshToken?refreshToken=r1',
    'POST /login',
    'GET /services',
  ]);
  await new MLServer(url).logout();
  assert.equal(lines().length, 4);
});

test('a token that is given is sent, a function is asked every time and once more after a 401', async (t) => {
  const { url, seen } = await startStubServer(t, ({ headers }) =>
    headers.authorization === 'Bearer good' ? { body: [] } : { status: 401 },
  );
  await new MLServer(url, { auth: { token: 'good' } }).listServices();
  await assert.rejects(new MLServer(url, { auth: { token: 'old' } }).listServices(), { status: 401 });
  assert.equal(seen.length, 2);
  const given = ['old', 'good', 'good'];
  const server = new MLServer(url, { auth: () => Promise.resolve(given.shift() ?? 'none left') });
  await server.listServices();
  await server.listServices();
  assert.deepEqual(given, []);
  await assert.rejects(new MLServer(url, { auth: () => 'old' }).listServices(), MLServerError);
});

test('without a login nothing is proven', async (t) => {
  const { url, seen } = await startStubServer(t, () => ({ body: [] }));
  await new MLServer(url).listServices();
  assert.equal(seen[0]?.headers.authorization, undefined);
  assert.equal(await noCredentials.renew({}, new AbortController().signal), undefined);
});
