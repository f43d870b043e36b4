import assert from 'node:assert/strict';
import type { ErrorCode } from '../../shared/errors/codes.js';
import { ScoringError } from '../../shared/errors/scoringError.js';

/** What a fault must look like; parts that are not given are not looked at. */
export interface ExpectedFault {
  readonly code: ErrorCode;
  readonly message?: string | RegExp;
  /** JSON pointer of its first place. */
  readonly pointer?: string;
  readonly row?: number;
}

/** Checks that something thrown is the ScoringError that is expected, and gives it. */
export function assertFault(thrown: unknown, expected: ExpectedFault): ScoringError {
  assert.ok(thrown instanceof ScoringError, `expected a ScoringError, got ${String(thrown)}`);
  assert.equal(thrown.code, expected.code, thrown.message);
  const { message } = expected;
  if (typeof message === 'string') {
    assert.ok(thrown.message.includes(message), `'${thrown.message}' lacks '${message}'`);
  } else if (message) assert.match(thrown.message, message);
  if (expected.pointer !== undefined) assert.equal(thrown.places[0]?.pointer, expected.pointer);
  if (expected.row !== undefined) assert.equal(thrown.places[0]?.row, expected.row);
  return thrown;
}

/** Runs `act`, which must throw the fault. */
export function expectFault(act: () => unknown, expected: ExpectedFault): ScoringError {
  return assertFault(thrownBy(act), expected);
}

/** Awaits a promise, which must reject with the fault. */
export async function expectRejection(
  promise: Promise<unknown>,
  expected: ExpectedFault,
): Promise<ScoringError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  assert.ok(outcome, `expected ${expected.code}, but it resolved`);
  return assertFault(outcome.error, expected);
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return assert.fail('expected a ScoringError, but nothing was thrown');
}
