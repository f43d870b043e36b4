export type Json = Readonly<Record<string, unknown>>;

const types = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object', 'file']);
const methods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);

/** What is not as Swagger 2.0 wants it, among what our documents use of it. */
export function swaggerFaults(document: Json): string[] {
  const faults: string[] = [];
  const definitions = document.definitions as Json;
  const { title, version } = document.info as Json;
  if (document.swagger !== '2.0' || typeof title !== 'string' || typeof version !== 'string')
    faults.push('head');
  for (const [name, schema] of Object.entries(definitions)) checkSchema(schema as Json, `definition ${name}`);
  const ids: unknown[] = [];
  for (const [path, item] of Object.entries(document.paths as Json)) {
    for (const [method, operation] of Object.entries(item as Json)) {
      if (!path.startsWith('/') || !methods.has(method)) faults.push(`${method} ${path}`);
      ids.push((operation as Json).operationId);
      checkOperation(operation as Json, path);
    }
  }
  if (new Set(ids).size !== ids.length) faults.push('operation ids repeat');
  return faults;

  function checkOperation(
    { operationId, parameters = [], responses, security = [] }: Json,
    path: string,
  ): void {
    const place = `operation ${String(operationId)}`;
    const given = parameters as Json[];
    const inPath = given.filter((one) => one.in === 'path');
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    if (named.join() !== inPath.map(({ name }) => name).join()) faults.push(`${place}: path parameters`);
    if (inPath.some(({ required }) => required !== true)) faults.push(`${place}: an optional path parameter`);
    if (given.filter((one) => one.in === 'body').length > 1) faults.push(`${place}: two bodies`);
    for (const one of given) checkSchema((one.in === 'body' ? one.schema : one) as Json, place);
    if (Object.keys(responses as Json).length === 0) faults.push(`${place}: no responses`);
    for (const response of Object.values(responses as Json) as Json[]) {
      if (typeof response.description !== 'string') faults.push(`${place}: a response without description`);
      if (response.schema) checkSchema(response.schema as Json, place);
    }
    for (const one of security as Json[]) {
      if (Object.keys(one).some((name) => !Object.hasOwn(document.securityDefinitions as Json, name))) {
        faults.push(`${place}: unknown security`);
      }
    }
  }

  function checkSchema(schema: Json, place: string): void {
    if (typeof schema.$ref === 'string') {
      const [, name = ''] = /^#\/definitions\/(\w+)$/.exec(schema.$ref) ?? [];
      if (!Object.hasOwn(definitions, name)) faults.push(`${place}: ${schema.$ref} leads nowhere`);
      return;
    }
    if (!types.has(schema.type as string)) faults.push(`${place}: type ${String(schema.type)}`);
    const properties = (schema.properties ?? {}) as Json;
    for (const [name, one] of Object.entries(properties)) checkSchema(one as Json, `${place}.${name}`);
    if (schema.additionalProperties) checkSchema(schema.additionalProperties as Json, place);
    if ((schema.type === 'array') !== (schema.items !== undefined)) faults.push(`${place}: items`);
    if (schema.items) checkSchema(schema.items as Json, `${place}[]`);
    if (!Array.isArray(schema.required)) return;
    const unknown = schema.required.filter((name) => !Object.hasOwn(properties, name as string));
    if (schema.required.length === 0 || unknown.length > 0) faults.push(`${place}: required`);
  }
}
