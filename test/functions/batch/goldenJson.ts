import { utf8 } from '../../support/bytes.js';
import type { GoldenRow } from './goldenInputs.js';

const first = '{"hp":1,"wt":2}';
const second = '{"hp":3,"wt":4}';
const lines = (...records: readonly string[]) => `${records.join('\n')}\n`;

/** JSON Lines; model `cars`. */
export const jsonLineRows: readonly GoldenRow[] = [
  ['objects', lines(first, second), { rows: 2 }],
  ['no final line end', lines(first, second).trimEnd(), { rows: 2 }],
  ['CRLF and empty lines', `${first}\r\n\r\n\n${second}\r\n`, { rows: 2 }],
  ['a byte order mark', `\ufeff${lines(first, second)}`, { rows: 2 }],
  ['line ends alone', '\n\n', { rows: [] }],
  ['a line that is no JSON', lines(first, '{"hp":', second), { rows: 2, errors: ['1 ROW_SYNTAX'] }],
  [
    'a line of another kind',
    lines(first, '"x"', '7', 'null', second),
    { rows: 2, errors: ['1 ROW_SYNTAX', '2 ROW_SYNTAX', '3 ROW_SYNTAX'] },
  ],
  ['NaN, which is no JSON', lines(first, '{"hp":NaN,"wt":1}', second), { rows: 2, errors: ['1 ROW_SYNTAX'] }],
  [
    'a text in the place of a number',
    lines(first, '{"hp":"x","wt":1}', second),
    { rows: 2, errors: ['1 ROW_VALUE'] },
  ],
  [
    'a list in the place of a number',
    lines(first, '{"hp":[1],"wt":1}', second),
    { rows: 2, errors: ['1 ROW_VALUE'] },
  ],
  [
    'a number over the range',
    lines(first, '{"hp":1e39,"wt":1}', second),
    { rows: 2, errors: ['1 ROW_VALUE'] },
  ],
  [
    'a value that is missing',
    lines(first, '{"wt":1}', '{"hp":null,"wt":1}', second),
    { rows: 2, errors: ['1 ROW_MISSING', '2 ROW_MISSING'] },
  ],
  ['keys that are missing in all', lines('{"a":1}', '{"b":1}'), { fault: 'JOB_COLUMNS', says: /'hp', 'wt'/ }],
  ['keys in other order and further ones', lines('{"wt":2,"x":[{}],"hp":1}', second), { rows: 2 }],
  ['a key of the prototype', lines('{"__proto__":{"hp":1},"hp":1,"wt":2}', second), { rows: 2 }],
  ['deep nesting', lines(first, `{"x":${'['.repeat(50_000)}`, second), { rows: 2, errors: ['1 ROW_SYNTAX'] }],
  [
    'bytes that are not UTF-8',
    Buffer.concat([utf8(lines(first)), Buffer.from([0x22, 0xff, 0x22, 0x0a]), utf8(second)]),
    { rows: 2, errors: ['1 ROW_ENCODING'] },
  ],
  ['a web page', '<html><body>Sign in</body></html>', { fault: 'JOB_INPUT_FORMAT', says: /HTML/ }],
];

/** JSON arrays; model `cars`. */
export const jsonArrayRows: readonly GoldenRow[] = [
  ['objects', `[${first},${second}]`, { rows: 2 }],
  ['blanks all over', ` [\n ${first} ,\r\n\t${second}\n] \n`, { rows: 2 }],
  ['an empty array', '[]', { rows: [] }],
  ['an element of another kind', `[${first},7,${second}]`, { rows: 2, errors: ['1 ROW_SYNTAX'] }],
  ['an array without end', `[${first},${second}`, { fault: 'JOB_INPUT_FORMAT' }],
  ['text behind the array', `[${first}] x`, { fault: 'JOB_INPUT_FORMAT' }],
];
