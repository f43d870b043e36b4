import type { ColumnSpec, Signature } from '../../../models/signature.js';
import { frameInput, frameOutput } from '../../consumption/frameKeys.js';
import { parametersOf, type Parameter } from '../parameters.js';
import { inputColumns, outputColumns, type ValueColumn } from '../valueColumns.js';

/** A schema object of Swagger 2.0. */
export type Schema = Readonly<Record<string, unknown>>;

/** Nobody reads a class of more members, and making it would hold up the thread. */
const mostMembers = 1000;

const swaggerTypes = {
  numeric: 'number',
  integer: 'integer',
  character: 'string',
  logical: 'boolean',
} as const;

/**
 * The schema of a request: each property has the type name of Machine Learning Server as its description, as clients were
 * generated from. A frame names its columns, each an array with a value per row; over 1,000 are not named.
 */
export function requestSchema(signature: Signature): Schema {
  const { columns } = signature;
  const { form, inputs } = parametersOf(signature);
  const members = membersOf(columns.length, () =>
    inputColumns(signature).map((column, at) => {
      const { nullable } = columns[at] as ColumnSpec;
      const isValue = form === 'values';
      return [
        column.name,
        isValue ? valueSchema(column, inputs[at], nullable) : rowsSchema(column, nullable),
      ];
    }),
  );
  const required = columns.filter((column) => column.default === undefined).map(({ name }) => name);
  return form === 'values'
    ? objectOf(members, required)
    : objectOf({ [frameInput]: frameOf(objectOf(members, required)) }, [frameInput]);
}

/** The schema of `outputParameters`. Nothing is required: the answer to a run that failed is empty. */
export function outputSchema(signature: Signature): Schema {
  const { form, outputs } = parametersOf(signature);
  const columns = outputColumns(signature);
  const members = membersOf(columns.length, () =>
    columns.map((column, at) => {
      if (form === 'values') return [column.name, valueSchema(column, outputs[at])];
      return [column.name, column.whole ? valueSchema(column) : rowsSchema(column)];
    }),
  );
  return objectOf(form === 'values' ? members : { [frameOutput]: frameOf(objectOf(members)) });
}

type Members = Readonly<Record<string, Schema>>;

/** Undefined for too many. */
function membersOf(count: number, make: () => [string, Schema][]): Members | undefined {
  return count > mostMembers ? undefined : Object.fromEntries(make());
}

function objectOf(properties: Members | undefined, required: readonly string[] = []): Schema {
  if (!properties) return { type: 'object' };
  // an empty list is not valid
  return { type: 'object', ...(required.length === 0 ? {} : { required }), properties };
}

const frameOf = (frame: Schema): Schema => ({ ...frame, description: 'data.frame' });

function rowsSchema(column: ValueColumn, nullable = false): Schema {
  return { type: 'array', items: valueSchema(column, undefined, nullable) };
}

function valueSchema(
  { scalar, isLong, dimensions }: ValueColumn,
  parameter?: Parameter,
  nullable = false,
): Schema {
  let schema: Schema = {
    type: swaggerTypes[scalar],
    ...(scalar === 'integer' && isLong ? { format: 'int64' } : {}),
    ...(nullable ? { 'x-nullable': true } : {}),
  };
  for (let depth = 0; depth < dimensions; depth++) schema = { type: 'array', items: schema };
  return parameter ? { ...schema, description: parameter.type } : schema;
}
