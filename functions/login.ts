import { parseLogin, parseRefreshToken } from '../shared/auth/login/loginRequests.js';
import { noTokens } from '../shared/auth/login/tokenAnswer.js';
import type { RouteHandler } from '../shared/http/httpCall.js';
import { secretAnswer } from '../shared/http/secretAnswer.js';
import { defineRoute } from './host/defineRoute.js';

/** Machine Learning Server authentication (contracts/machine-learning-server.md 1.1). */
const login: RouteHandler = async (call, { auth }) => {
  const { username, password } = await parseLogin(call);
  return secretAnswer(await auth.logins.logIn(username, password));
};

const renewToken: RouteHandler = async (call, { auth }) =>
  secretAnswer(await auth.logins.refresh(await parseRefreshToken(call)));

const revokeRefreshToken: RouteHandler = async (call, { auth }) => {
  await auth.logins.revoke(await parseRefreshToken(call));
  return secretAnswer(noTokens);
};

const rules = { access: 'anonymous', contract: 'consumption' } as const;

defineRoute({ ...rules, methods: ['POST'], routes: { login: 'login' }, handler: login });

defineRoute({
  ...rules,
  methods: ['POST'],
  routes: { renewToken: 'login/refreshToken' },
  handler: renewToken,
});

defineRoute({
  ...rules,
  methods: ['DELETE'],
  routes: { revokeRefreshToken: 'login/refreshToken' },
  handler: revokeRefreshToken,
});

// clients of 9.0 and 9.1
defineRoute({
  ...rules,
  shownPath: '/login/refreshToken/{refreshToken}',
  methods: ['DELETE'],
  routes: { revokeTokenInPath: 'login/refreshToken/{refreshToken}' },
  handler: revokeRefreshToken,
});
