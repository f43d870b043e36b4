import { empty } from './caseBuilders.js';
import { shownFunction } from './cases/host.js';
import type { RecordedAnswer } from './recordedAnswer.js';

/** A step that the local host answers in another way than the recorded host, on purpose. */
export interface Exception {
  readonly id: string;
  readonly step: string;
  readonly answer: RecordedAnswer;
  readonly reason: string;
}

const notPortable = (kind: string, row: string): Exception => ({
  id: `return-${kind}`,
  step: `GET /r/return/${kind}`,
  answer: empty(500),
  reason: `functions-host.md 4.13/${row}: not portable, refused`,
});

export const exceptions: readonly Exception[] = [
  notPortable('headersSpecial', '19'),
  notPortable('transferEncoding', '19'),
  notPortable('headersTwice', '20'),
  notPortable('negotiation', '21'),
  notPortable('negotiationText', '21'),
  {
    id: 'admin-functions',
    step: 'one',
    answer: shownFunction({ script_href: null, test_data_href: null }),
    reason: 'the files of the app are not served, so that there is no address of them',
  },
  {
    id: 'malformed',
    step: 'length and chunked',
    answer: empty(400),
    reason: 'Content-Length beside Transfer-Encoding is request smuggling: refused',
  },
  {
    id: 'method-case',
    step: 'get /r/get-only',
    answer: empty(400),
    reason: "Node's HTTP parser takes methods in capital letters only",
  },
];

/** Recorded cases of the main profile that are not played here, or not all of their steps. */
export const notPlayed: Readonly<Record<string, string>> = {
  root: 'the home page is our own; see test/local/host.test.ts',
  'unhandled-rejection': 'the process ends at the first (4.13/15); see test/local/exitOnUnhandled.test.ts',
  'key-none, key-wrong, key-right, key-header-and-query, key-admin-level, key-on-unknown':
    'a function that asks for a key stops the start; see test/local/sortFunctions.test.ts and keys.test.ts',
  'the keys of a function in admin-keys': 'functions have no keys of their own',
};
