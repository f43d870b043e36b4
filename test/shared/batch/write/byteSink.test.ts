import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobFailure } from '../../../../shared/batch/jobFailure.js';
import { ByteSink } from '../../../../shared/batch/write/byteSink.js';
import { fc } from '../../../support/property.js';

test('texts and bytes come out in order as UTF-8, however often the sink grows', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.uint8Array({ maxLength: 70 }),
    fc.integer({ min: 0, max: 255 }),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const sink = new ByteSink({ capacity: 1 });
      for (const one of pieces) {
        if (typeof one === 'string') sink.text(one);
        else if (typeof one === 'number') sink.byte(one);
        else if (one.length % 2 === 0) sink.copy(one);
        else sink.slice(Uint8Array.of(1, ...one, 2), 1, one.length + 1);
      }
      const expected = pieces.map((one) =>
        typeof one === 'number' ? Buffer.from([one]) : Buffer.from(one as string),
      );
      const got = sink.take();
      assert.deepEqual(Buffer.from(got), Buffer.concat(expected));
      assert.equal(got.buffer.byteLength, got.length);
    }),
  );
});

test('a sink refuses to grow over its limit', () => {
  const sink = new ByteSink({ capacity: 4, maxBytes: 10 });
  sink.copy(Buffer.from('0123456'));
  sink.copy(Buffer.from('789'));
  assert.throws(
    () => {
      sink.byte(0);
    },
    (error) => error instanceof JobFailure && error.code === 'JOB_RESULT_TOO_LARGE',
  );
  assert.equal(Buffer.from(sink.take()).toString(), '0123456789');
});
