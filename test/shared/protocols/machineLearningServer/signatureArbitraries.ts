import type {
  ColumnSpec,
  ColumnType,
  OutputSpec,
  Signature,
  TensorSpec,
} from '../../../../shared/models/signature.js';
import {
  datatypeFacts,
  datatypes,
  type Datatype,
  type Tensor,
} from '../../../../shared/tensors/datatypes.js';
import { elementCount } from '../../../../shared/tensors/shape.js';
import { fc } from '../../../support/property.js';

const name = fc.constantFrom(
  'hp',
  'wt',
  '_x1',
  'inputData',
  'class',
  'od280/od315',
  'a b',
  '1st',
  'self',
  'größe',
  'x.y',
);

const batch = fc.constantFrom(-1, -1, 1, 2);

const length = fc.constantFrom(-1, 1, 2, 3);

const datatype = fc.constantFrom(...datatypes);

/** Facts as model.json may state them, fitting or not. */
const facts = fc.record(
  {
    example: fc.constantFrom(null, 1, -1.5, 1e300, 300, 'Biscoe', true),
    range: fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -1000, max: 1000 })),
    categories: fc.array(fc.constantFrom<string | number>('Biscoe', 'Dream', 3, -7.5), { maxLength: 2 }),
  },
  { requiredKeys: [] },
);

function columnTypes(datatype: Datatype): readonly ColumnType[] {
  switch (datatypeFacts(datatype).kind) {
    case 'text':
      return ['character'];
    case 'boolean':
      return ['logical'];
    case 'float':
      return ['numeric', 'integer', 'logical'];
    default:
      return ['integer', 'numeric', 'logical'];
  }
}

const columnOf = (
  column: string,
  { datatype, shape }: Pick<TensorSpec, 'datatype' | 'shape'>,
): fc.Arbitrary<ColumnSpec> => {
  const isVector = shape.slice(1).some((length) => length !== 1);
  const { kind } = datatypeFacts(datatype);
  return fc
    .record({
      type: isVector ? fc.constant<ColumnType>('vector') : fc.constantFrom(...columnTypes(datatype)),
      nullable: kind === 'float' || kind === 'text' ? fc.boolean() : fc.constant(false),
      facts,
    })
    .map(({ type, nullable, facts }) => ({ name: column, type, nullable, ...facts }));
};

const names = fc.uniqueArray(name, { minLength: 1, maxLength: 5 });

/** Inputs with their columns, in both layouts. */
const inputSide: fc.Arbitrary<Pick<Signature, 'inputs' | 'columns' | 'layout'>> = fc.oneof(
  fc.record({ names, datatype, batch }).chain(({ names, datatype, batch }) => {
    const input: TensorSpec = { name: 'x', datatype, shape: [batch, names.length] };
    const scalar = { datatype, shape: [batch] };
    return fc
      .tuple(...names.map((one) => columnOf(one, scalar)))
      .map((columns) => ({ inputs: [input], columns, layout: 'features' as const }));
  }),
  fc
    .record({ names, batch, isRankZero: fc.nat(9) })
    .chain(({ names, batch, isRankZero }) => {
      const shape =
        isRankZero === 0
          ? fc.constant<number[]>([])
          : fc.array(length, { maxLength: 2 }).map((row) => [batch, ...row]);
      return fc.tuple(...names.map((name) => fc.record({ name: fc.constant(name), datatype, shape })));
    })
    .chain((inputs: TensorSpec[]) =>
      fc
        .tuple(...inputs.map((input) => columnOf(input.name, input)))
        .map((columns) => ({ inputs, columns, layout: 'tensors' as const })),
    ),
);

/** Labels only where `buildSignature` lets them pass: as many as the last dimension has, if it says. */
const outputAt = (at: number): fc.Arbitrary<OutputSpec> =>
  fc
    .record({
      datatype,
      shape: fc.oneof(
        fc.constant<number[]>([]),
        fc
          .record({ first: fc.constantFrom(-1, -1, 1, 3), row: fc.array(length, { maxLength: 3 }) })
          .map(({ first, row }) => [first, ...row]),
      ),
      labelCount: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    })
    .map(({ datatype, shape, labelCount }) => {
      const spec = { name: `out${at}`, column: `o${at}`, datatype, shape };
      const last = shape.at(-1) ?? -1;
      if (labelCount === undefined) return spec;
      const labels = Array.from({ length: last === -1 ? labelCount : last }, (_, i) => `label ${i}`);
      return { ...spec, labels };
    });

export const signatures: fc.Arbitrary<Signature> = fc
  .record({ inputSide, outputs: fc.tuple(outputAt(0), outputAt(1)) })
  .map(({ inputSide, outputs }) => ({ ...inputSide, outputs }));

/** Zeros as a model with this signature would answer to so many rows. */
export function answerTo({ outputs }: Signature, rowCount: number): Record<string, Tensor> {
  return Object.fromEntries(
    outputs.map(({ name, datatype, shape, labels }) => {
      // nothing is declared: one value per row, or per label
      const declared = shape.length > 0 ? shape : labels ? [-1, -1] : [-1];
      const lengths = declared.map((length, axis) => {
        if (length !== -1) return length;
        if (axis === 0) return rowCount;
        return labels && declared.length === 2 ? labels.length : 2;
      });
      return [
        name,
        { datatype, shape: lengths, data: datatypeFacts(datatype).allocate(elementCount(lengths)) },
      ];
    }),
  );
}
