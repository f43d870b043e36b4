import { parseKeyName, parseKeyRequest } from '../shared/auth/keys/keyRequests.js';
import type { RouteHandler } from '../shared/http/httpCall.js';
import { jsonAnswer } from '../shared/http/jsonAnswer.js';
import { secretAnswer } from '../shared/http/secretAnswer.js';
import { defineRoute } from './host/defineRoute.js';

const listKeys: RouteHandler = async (_call, { auth }) => {
  const clients = await auth.keys.list();
  return jsonAnswer({
    clients: clients.map(({ client, role, services = 'all', createdMs, primary, secondary }) => ({
      ...{ client, role, services, created: timeOf(createdMs) },
      primary: { created: timeOf(primary.createdMs) },
      secondary: { created: timeOf(secondary.createdMs) },
    })),
  });
};

/** Makes a client, and answers its keys this once; or changes what the keys of a known one may do. */
const putKeys: RouteHandler = async (call, { auth, clock }) => {
  const { client, ...change } = await parseKeyRequest(call);
  const { rules, keys } = await auth.keys.put(client, change, clock.wallMs());
  const { role, services = 'all' } = rules;
  return secretAnswer({ client, role, services, ...keys }, keys ? 201 : 200);
};

const regenerateKey: RouteHandler = async (call, { auth, clock }) => {
  const { client = '' } = call.params;
  const name = await parseKeyName(call);
  return secretAnswer({ client, [name]: await auth.keys.regenerate(client, name, clock.wallMs()) });
};

const deleteKeys: RouteHandler = async ({ params }, { auth, clock }) => {
  await auth.keys.remove(params.client ?? '', clock.wallMs());
  return { status: 204, headers: {} };
};

const timeOf = (ms: number) => new Date(ms).toISOString();

const rules = { access: 'admin', contract: 'warmstart' } as const;

defineRoute({ ...rules, methods: ['GET'], routes: { listKeys: 'keys' }, handler: listKeys });
defineRoute({ ...rules, methods: ['PUT'], routes: { putKeys: 'keys/{client}' }, handler: putKeys });
defineRoute({ ...rules, methods: ['DELETE'], routes: { deleteKeys: 'keys/{client}' }, handler: deleteKeys });
defineRoute({
  ...rules,
  methods: ['POST'],
  routes: { regenerateKey: 'keys/{client}/regenerate' },
  handler: regenerateKey,
});
