import assert from 'node:assert/strict';
import type { DetectRequest } from '../../../../shared/batch/read/detect/detectRequest.js';
import { detectText, type DetectedText } from '../../../../shared/batch/read/detectText.js';
import { JobFailure } from '../../../../shared/batch/jobFailure.js';
import type { JobCode } from '../../../../shared/errors/codes.js';
import { utf8 } from '../../../support/bytes.js';
import { column } from '../../../support/signatures.js';

export const hpWt = [column('hp'), column('wt')];

/** What is known of the text besides. */
export type Facts = Partial<DetectRequest> & { readonly isWhole?: boolean };

/** What a text is found to be, as an input of a model with the columns hp and wt. */
export function detect(text: string | Uint8Array<ArrayBuffer>, facts: Facts = {}): DetectedText {
  const { isWhole = true, ...request } = facts;
  const bytes = typeof text === 'string' ? utf8(text) : text;
  return detectText(bytes, isWhole, { name: 'data', dialect: {}, models: [hpWt], join: [], ...request });
}

/** That the text ends the job. */
export function refuses(
  text: string | Uint8Array<ArrayBuffer>,
  code: JobCode,
  message: RegExp,
  facts: Facts = {},
): void {
  assert.throws(
    () => detect(text, facts),
    (error) => {
      assert.ok(error instanceof JobFailure, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    },
  );
}

/** The text in UTF-16, with its byte order mark unless that is left out. */
export function utf16(text: string, encoding: 'utf-16le' | 'utf-16be', mark = true): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le');
  return new Uint8Array(encoding === 'utf-16le' ? bytes : bytes.swap16());
}

/** How a plain text is read. */
export const plainText = { encoding: 'utf-8', delimiter: 0x2c, quote: 0x22, newline: 'lf' } as const;
