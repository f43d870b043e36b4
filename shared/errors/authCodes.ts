import type { ErrorKind } from './errorKind.js';

/** Faults of callers and their credentials. */
export const authCodes = {
  SCORE_ERR_ACCESS_DENIED: {
    status: 401,
    title: 'The request carries no valid credentials',
    remedy: 'Log in, or send a key; only the health routes and the login are open to everybody.',
  },
  SCORE_ERR_ACCESS_FORBIDDEN: {
    status: 403,
    title: 'The caller may not do this',
    remedy: 'Ask an Owner for another role, or for a key of this model.',
  },
  SCORE_ERR_LOGIN_FAILED: {
    status: 401,
    title: 'The login is not valid',
    remedy: 'Check user name and password; an expired refresh token needs a new login.',
  },
  SCORE_ERR_LOGIN_LOCKED: {
    status: 429,
    retryable: true,
    title: 'The login is locked after too many failures',
    remedy: 'Try again after the time in Retry-After.',
  },
  SCORE_ERR_USER_NOT_FOUND: {
    status: 404,
    title: 'There is no such user',
    remedy: 'GET /users lists the users; letter case counts.',
  },
  SCORE_ERR_USER_FIXED: {
    status: 409,
    title: 'The user is part of the settings',
    remedy: 'Change the setting WARMSTART_USERS.',
  },
  SCORE_ERR_USER_LAST_OWNER: {
    status: 409,
    title: 'The last Owner cannot be removed',
    remedy: 'Make another user Owner first.',
  },
  SCORE_ERR_CLIENT_NOT_FOUND: {
    status: 404,
    title: 'There is no client with keys of this name',
    remedy: 'GET /keys lists the clients; letter case counts.',
  },
  SCORE_ERR_ACCOUNT_NAME_HELD: {
    status: 409,
    title: 'The name of a removed user or client is not free yet',
    remedy: 'Take another name: who has this one would see the jobs of who had it.',
  },
  SCORE_ERR_ACCOUNTS_FULL: {
    status: 409,
    title: 'There are too many users or clients',
    remedy: 'Remove one that is not needed; docs/access.md has the limits.',
  },
} as const satisfies Record<string, ErrorKind>;
