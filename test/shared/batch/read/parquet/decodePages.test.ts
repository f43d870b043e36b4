import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { loadDecompressor } from '../../../../../shared/batch/read/parquet/decompressPage.js';
import { readDeltaLengths, readDeltaNumbers } from '../../../../../shared/batch/read/parquet/deltaNumbers.js';
import { decodeLz4Block, decodeLz4Frames } from '../../../../../shared/batch/read/parquet/lz4Block.js';
import { readPageHeader } from '../../../../../shared/batch/read/parquet/pageHeader.js';
import { dictionaryValues, plainBytes } from '../../../../../shared/batch/read/parquet/pageValues.js';
import { ParquetFault } from '../../../../../shared/batch/read/parquet/parquetFault.js';
import { RunLengths } from '../../../../../shared/batch/read/parquet/runLengths.js';
import { ThriftReader } from '../../../../../shared/batch/read/parquet/thriftReader.js';
import { fc } from '../../../../support/property.js';

const fails = (act: () => unknown, message: RegExp) => {
  assert.throws(act, (error) => error instanceof ParquetFault && message.test(error.message));
};

void describe('run lengths', () => {
  test('any part of what another writer wrote, after anything was passed over', async () => {
    const { writeRleBitPackedHybrid } = await import('hyparquet-writer/src/encoding.js');
    const { ByteWriter } = await import('hyparquet-writer');
    const runs = fc.integer({ min: 1, max: 24 }).chain((width) =>
      fc.record({
        width: fc.constant(width),
        runs: fc.array(
          fc.tuple(fc.integer({ min: 0, max: 2 ** width - 1 }), fc.integer({ min: 1, max: 40 })),
          {
            minLength: 1,
            maxLength: 20,
          },
        ),
        from: fc.nat(200),
        count: fc.nat(200),
      }),
    );
    fc.assert(
      fc.property(runs, ({ width, runs: written, from, count }) => {
        const values = written.flatMap(([value, times]) => new Array<number>(times).fill(value));
        const writer = new ByteWriter();
        writeRleBitPackedHybrid(writer, values, width);
        const start = Math.min(from, values.length);
        const end = Math.min(values.length, start + count);
        const reader = new RunLengths(writer.getBytes(), 0, width);
        reader.skip(start);
        const out = new Int32Array(end - start);
        reader.fill(out, 0, out.length);
        assert.deepEqual([...out], values.slice(start, end));
        if (width > 1) return;
        const counted = new RunLengths(writer.getBytes(), 0, 1).count(end);
        assert.equal(counted, values.slice(0, end).filter((value) => value === 1).length);
      }),
    );
  });

  test('packed values of every width up to 32 bits', () => {
    const widths = fc.integer({ min: 1, max: 32 }).chain((width) => {
      const value = fc.integer({ min: 0, max: 2 ** width - 1 });
      return fc.tuple(fc.constant(width), fc.array(value, { minLength: 8, maxLength: 8 }), fc.nat(8));
    });
    fc.assert(
      fc.property(widths, ([width, values, skipped]) => {
        let bits = 0n;
        values.forEach((value, i) => (bits |= BigInt(value) << BigInt(i * width)));
        const bytes = Array.from({ length: width }, (_, i) => Number((bits >> BigInt(i * 8)) & 0xffn));
        const reader = new RunLengths(Uint8Array.of(3, ...bytes), 0, width);
        reader.skip(skipped);
        const out = new Int32Array(8 - skipped);
        reader.fill(out, 0, out.length);
        assert.deepEqual(
          [...out].map((value) => value >>> 0),
          values.slice(skipped),
        );
      }),
    );
  });

  test('a run of a billion values gives what is asked for', () => {
    const out = new Uint8Array(3);
    new RunLengths(Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0x0f, 1), 0, 1).fill(out, 0, 3);
    assert.deepEqual([...out], [1, 1, 1]);
  });

  test('bytes that end too early, and values that are wider than they say', () => {
    fails(() => {
      new RunLengths(Uint8Array.of(3, 0xff), 0, 2).fill(new Int32Array(8), 0, 8);
    }, /run lengths/);
    fails(() => {
      new RunLengths(Uint8Array.of(2, 2), 0, 1).fill(new Int32Array(1), 0, 1);
    }, /run lengths/);
    fails(() => {
      new RunLengths(Uint8Array.of(0, 0, 0), 0, 1).skip(1);
    }, /run lengths/);
    fails(() => new RunLengths(Uint8Array.of(0), 0, 33), /33 bits/);
  });
});

void describe('differences', () => {
  test('numbers of another writer, to the ends of 64 bits', async () => {
    const { deltaBinaryPack } = await import('hyparquet-writer/src/delta.js');
    const { ByteWriter } = await import('hyparquet-writer');
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.bigInt(-5n, 5n), fc.bigInt(-(2n ** 61n), 2n ** 61n)), {
          minLength: 1,
          maxLength: 400,
        }),
        (values) => {
          const writer = new ByteWriter();
          deltaBinaryPack(writer, values, 'INT64');
          const read = readDeltaNumbers(writer.getBytes(), 0);
          assert.deepEqual([...read.values], values);
          assert.equal(read.end, writer.index);
        },
      ),
    );
  });

  test('claims that would take memory are refused before it is taken', () => {
    // blocks of 128 in 4 parts, 2^41 values
    const head = [0x80, 1, 4];
    fails(
      () => readDeltaNumbers(Uint8Array.of(...head, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40, 0), 0),
      /at most 4194304 values/,
    );
    fails(() => readDeltaNumbers(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 8, 1, 1, 0), 0), /cannot be right/);
    fails(() => readDeltaNumbers(Uint8Array.of(0x80, 1, 0, 1, 0), 0), /cannot be right/);
    fails(() => readDeltaNumbers(new Uint8Array(1000).fill(0xff), 0), /do not fit/);
    // one length of -1, then one beyond the page
    fails(() => readDeltaLengths(Uint8Array.of(...head, 1, 1), 0, 100), /lengths/);
    fails(() => readDeltaLengths(Uint8Array.of(...head, 1, 0xca, 1), 0, 100), /lengths/);
  });
});

void describe('compressed pages', () => {
  test('never more than the header says', async () => {
    const decompress = await loadDecompressor();
    const bomb = Buffer.alloc(2 ** 24);
    for (const [codec, bytes] of [
      ['GZIP', gzipSync(bomb)],
      ['BROTLI', brotliCompressSync(bomb)],
      ['ZSTD', zstdCompressSync(bomb)],
    ] as const) {
      fails(() => decompress(codec, bytes, 1000), /damaged/);
      assert.equal(decompress(codec, bytes, bomb.length).length, bomb.length);
      fails(() => decompress(codec, bytes, bomb.length + 1), /its header says/);
    }
    fails(() => decompress('UNCOMPRESSED', bomb, 1000), /its header says 1000/);
    fails(() => decompress('GZIP', gzipSync(bomb), 2 ** 27), /expected at most 67108864/);
    // 2^31 bytes out of six
    fails(
      () => decompress('SNAPPY', Uint8Array.of(0x80, 0x80, 0x80, 0x80, 8, 0), 5),
      /not that of its header/,
    );
    fails(() => decompress('SNAPPY', Uint8Array.of(5, 0xff, 0xff, 0xff, 0xff, 0xff), 5), /damaged/);
    fails(() => decompress('LZO', bomb, 5), /LZO is not supported/);
  });

  // a literal 'abc', then six bytes from three before, then a literal
  const block = Uint8Array.of(0x32, 0x61, 0x62, 0x63, 3, 0, 0x10, 0x64);

  test('LZ4 blocks and the frames of Hadoop', () => {
    assert.equal(Buffer.from(decodeLz4Block(block, 10)).toString(), 'abcabcabcd');
    const frame = Uint8Array.of(0, 0, 0, 10, 0, 0, 0, block.length, ...block);
    assert.equal(Buffer.from(decodeLz4Frames(frame, 10)).toString(), 'abcabcabcd');
    assert.equal(
      Buffer.from(decodeLz4Frames(Uint8Array.of(...frame, ...frame), 20)).toString(),
      'abcabcabcd'.repeat(2),
    );
    assert.equal(Buffer.from(decodeLz4Frames(block, 10)).toString(), 'abcabcabcd');
  });

  test('damaged LZ4', () => {
    fails(() => decodeLz4Block(block, 9), /LZ4/);
    fails(() => decodeLz4Block(block, 11), /LZ4/);
    fails(() => decodeLz4Block(Uint8Array.of(0x32, 0x61, 0x62, 0x63, 4, 0, 0x10, 0x64), 10), /LZ4/);
    fails(() => decodeLz4Block(Uint8Array.of(0x32, 0x61, 0x62, 0x63, 0, 0, 0x10, 0x64), 10), /LZ4/);
    // lengths without end
    fails(() => decodeLz4Block(new Uint8Array(2 ** 20).fill(0xff), 2 ** 20), /LZ4/);
  });
});

void describe('structures', () => {
  test('depth is limited', () => {
    const nested = new Uint8Array(100_000).fill(0x1c);
    fails(() => {
      new ThriftReader(nested).skip(12);
    }, /levels deep/);
  });

  test('elements are limited between two turns of the event loop', () => {
    // a list of 300,000 empty lists
    const list = new Uint8Array(400_000);
    list.set([0xf9, 0xe0, 0xa7, 0x12]);
    fails(() => {
      new ThriftReader(list).skip(9);
    }, /over 200000 elements/);
  });

  test('a page header whose bytes end can be read with more of them', () => {
    assert.throws(
      () => readPageHeader(Uint8Array.of(0x15, 0), 0),
      (error) => error instanceof ParquetFault && error.needsMore,
    );
  });
});

void describe('values', () => {
  test('places beyond the dictionary, and no dictionary at all', () => {
    const out: unknown[] = [];
    fails(() => {
      dictionaryValues(Uint8Array.of(2, 2, 3), ['a', 'b']).take(1, out, 0);
    }, /no place 3/);
    fails(() => dictionaryValues(Uint8Array.of(2, 2, 3), undefined), /there is none/);
  });

  test('texts longer than their page', () => {
    const bytes = Uint8Array.of(255, 255, 255, 255, 65);
    fails(() => {
      plainBytes(bytes, () => '').take(1, [], 0);
    }, /shorter than its values/);
    fails(() => {
      plainBytes(bytes, () => '').skip(1);
    }, /shorter than its values/);
  });
});
