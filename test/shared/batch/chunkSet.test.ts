import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChunkSet } from '../../../shared/batch/chunkSet.js';
import { fc } from '../../support/property.js';

const chunks = fc.uniqueArray(fc.integer({ min: 0, max: 3000 }), { maxLength: 300 });
const sorted = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b);

test('a set of chunks crosses as text', () => {
  fc.assert(
    fc.property(chunks, (numbers) => {
      const set = ChunkSet.fromText(ChunkSet.of(numbers).toText());
      assert.deepEqual(set.list(), sorted(numbers));
      assert.ok(numbers.every((one) => set.has(one)));
      assert.equal(set.has(3001), false);
    }),
  );
});

test('equal sets have equal texts, and the empty set has the empty one', () => {
  fc.assert(
    fc.property(chunks, chunks, (a, b) => {
      const rest = ChunkSet.of([...a, ...b]).without(ChunkSet.of(b));
      const expected = a.filter((one) => !b.includes(one));
      assert.equal(rest.toText(), ChunkSet.of(expected).toText());
    }),
  );
  assert.equal(ChunkSet.of([]).toText(), '');
  assert.equal(
    ChunkSet.of([7])
      .without(ChunkSet.of([7]))
      .toText(),
    '',
  );
});

test('the shares of all lanes are the set, each chunk once, and even', () => {
  fc.assert(
    fc.property(chunks, fc.integer({ min: 1, max: 100 }), (numbers, lanes) => {
      const set = ChunkSet.of(numbers);
      const shares = Array.from({ length: lanes }, (_, lane) => set.share(lane, lanes));
      assert.deepEqual(sorted(shares.flat()), set.list());
      const lengths = shares.map(({ length }) => length);
      assert.ok(Math.max(...lengths) - Math.min(...lengths) <= 1);
      // the first chunk of every lane is among the first of all
      assert.deepEqual(
        shares.flatMap((share) => share.slice(0, 1)),
        set.list().slice(0, lanes),
      );
    }),
  );
});

test('all chunks of the largest job fit into a message', () => {
  assert.ok(ChunkSet.upTo(50_000).toText().length < 8400);
  assert.equal(ChunkSet.upTo(50_000).list().length, 50_000);
});
