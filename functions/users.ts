import { makePassword } from '../shared/auth/users/makePassword.js';
import { parseUserRequest } from '../shared/auth/users/userRequests.js';
import { ScoringError } from '../shared/errors/scoringError.js';
import type { RouteHandler } from '../shared/http/httpCall.js';
import { jsonAnswer } from '../shared/http/jsonAnswer.js';
import { secretAnswer } from '../shared/http/secretAnswer.js';
import { defineRoute } from './host/defineRoute.js';

const listUsers: RouteHandler = async (_call, { auth }) => {
  const users = await auth.users.list();
  return jsonAnswer({
    users: users.map(({ name, role, isFixed, createdMs }) => ({
      ...{ name, role, source: isFixed ? 'settings' : 'state' },
      ...(createdMs === undefined ? {} : { created: new Date(createdMs).toISOString() }),
    })),
  });
};

/** Makes a user or changes one. A new one without a password gets one, which is answered this once. */
const putUser: RouteHandler = async (call, { auth, clock }) => {
  const { name, role, password } = await parseUserRequest(call);
  const isKnown = (await auth.users.find(name)) !== undefined;
  const made = password === undefined && !isKnown ? makePassword() : undefined;
  const given = password ?? made;
  const passwordHash = given === undefined ? {} : { passwordHash: await auth.hashPassword(given) };
  // before the change: a password that was made must not be lost to a fault after it
  if (given !== undefined) await auth.forgetFailures(name);
  const outcome = await auth.users.put({ name, role, ...passwordHash }, clock.wallMs());
  if (outcome === undefined) {
    throw new ScoringError('SCORE_ERR_STATE_BUSY', `the user '${name}' was removed meanwhile`);
  }
  return secretAnswer(
    { name, role, ...(made === undefined ? {} : { password: made }) },
    outcome === 'made' ? 201 : 200,
  );
};

const deleteUser: RouteHandler = async ({ params }, { auth, clock }) => {
  await auth.users.remove(params.name ?? '', clock.wallMs());
  return { status: 204, headers: {} };
};

const rules = { access: 'admin', contract: 'warmstart' } as const;

defineRoute({ ...rules, methods: ['GET'], routes: { listUsers: 'users' }, handler: listUsers });
defineRoute({ ...rules, methods: ['PUT'], routes: { putUser: 'users/{name}' }, handler: putUser });
defineRoute({ ...rules, methods: ['DELETE'], routes: { deleteUser: 'users/{name}' }, handler: deleteUser });
