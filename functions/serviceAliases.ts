import type { RouteHandler } from '../shared/http/httpCall.js';
import { jsonAnswer } from '../shared/http/jsonAnswer.js';
import { readJsonBody } from '../shared/http/readJsonBody.js';
import type { ServiceRecord } from '../shared/models/serviceRecord.js';
import {
  readAliases,
  removeAlias,
  setAlias,
} from '../shared/protocols/machineLearningServer/changeService.js';
import { mostDescribingBytes } from '../shared/protocols/machineLearningServer/parseServiceChanges.js';
import { parseAliasTarget } from '../shared/protocols/machineLearningServer/parseAliasTarget.js';
import { defineRoute } from './host/defineRoute.js';

const listAliases: RouteHandler = async ({ params }, services) =>
  aliasAnswer(await readAliases(services, params.name ?? ''));

const putAlias: RouteHandler = async (call, services, caller) => {
  const { name = '', alias = '' } = call.params;
  const version = parseAliasTarget(await readJsonBody(call, mostDescribingBytes));
  return aliasAnswer(await setAlias(services, { name, version }, alias, caller));
};

const deleteAlias: RouteHandler = async ({ params: { name = '', alias = '' } }, services, caller) =>
  aliasAnswer(await removeAlias(services, name, alias, caller));

const aliasAnswer = ({ defaultVersion, aliases }: ServiceRecord) =>
  jsonAnswer({ defaultVersion: defaultVersion ?? null, aliases });

const one = 'services/{name}/aliases/{alias}';
const changing = { access: 'model', contract: 'consumption' } as const;

// this name sorts before serviceVersion, whose template also matches services/{name}/aliases
defineRoute({
  methods: ['GET'],
  access: 'score',
  contract: 'consumption',
  routes: { listServiceAliases: 'services/{name}/aliases' },
  handler: listAliases,
});
defineRoute({ ...changing, methods: ['PUT'], routes: { putServiceAlias: one }, handler: putAlias });
defineRoute({ ...changing, methods: ['DELETE'], routes: { deleteServiceAlias: one }, handler: deleteAlias });
