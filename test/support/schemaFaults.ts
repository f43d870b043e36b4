type Schema = Readonly<Record<string, unknown>>;

/**
 * Where a JSON value does not fit a schema of Swagger 2.0, as far as this product's documents go: types, items, properties,
 * required, references, `x-nullable`. Keys that a schema does not name are faults, so that nothing is left undescribed.
 */
export function schemaFaults(
  value: unknown,
  schema: Schema,
  definitions: Readonly<Record<string, Schema>> = {},
  place = '',
): string[] {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.replace('#/definitions/', '');
    const target = definitions[name];
    return target ? schemaFaults(value, target, definitions, place) : [`${place}: no definition ${name}`];
  }
  if (value === null && schema['x-nullable'] === true) return [];
  switch (schema.type) {
    case 'array':
      if (!Array.isArray(value)) return [`${place}: expected an array`];
      return value.flatMap((one, at) =>
        schemaFaults(one, schema.items as Schema, definitions, `${place}/${at}`),
      );
    case 'object':
      return objectFaults(value, schema, definitions, place);
    case 'integer':
      return Number.isInteger(value) ? [] : [`${place}: expected a whole number`];
    default: {
      const isRight =
        typeof value === schema.type && !(Array.isArray(schema.enum) && !schema.enum.includes(value));
      return isRight ? [] : [`${place}: expected ${String(schema.type)}, got ${JSON.stringify(value)}`];
    }
  }
}

function objectFaults(
  value: unknown,
  schema: Schema,
  definitions: Readonly<Record<string, Schema>>,
  place: string,
): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`${place}: expected an object`];
  const properties = (schema.properties ?? {}) as Readonly<Record<string, Schema>>;
  const missing = ((schema.required ?? []) as string[]).filter((key) => !Object.hasOwn(value, key));
  const inside = Object.entries(value).flatMap(([key, one]) => {
    const known = properties[key] ?? (schema.additionalProperties as Schema | undefined);
    return known
      ? schemaFaults(one, known, definitions, `${place}/${key}`)
      : [`${place}/${key}: not described`];
  });
  return [...missing.map((key) => `${place}/${key}: missing`), ...inside];
}
