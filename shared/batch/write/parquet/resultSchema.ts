import type { ResultColumn } from '../../plan/plan.js';

/** How a column of a result is stored in Parquet; every column may have nulls. */
export interface StoredKind {
  readonly physical: 'DOUBLE' | 'FLOAT' | 'INT64' | 'BOOLEAN' | 'BYTE_ARRAY';
  readonly logical?: 'STRING' | 'JSON';
}

const storedKinds: Record<ResultColumn['kind'], StoredKind> = {
  number: { physical: 'DOUBLE' },
  float: { physical: 'FLOAT' },
  integer: { physical: 'INT64' },
  boolean: { physical: 'BOOLEAN' },
  text: { physical: 'BYTE_ARRAY', logical: 'STRING' },
  json: { physical: 'BYTE_ARRAY', logical: 'JSON' },
};

/** How columns of a kind are stored. */
export function storedKind(kind: ResultColumn['kind']): StoredKind {
  return storedKinds[kind];
}
