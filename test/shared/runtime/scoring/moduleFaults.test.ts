import assert from 'node:assert/strict';
import path from 'node:path';
import { before, test } from 'node:test';
import type { Services } from '../../../../shared/services.js';
import { expectRejection } from '../../../support/expectFault.js';
import { modelsDirWith, type ModelSource } from '../../../support/modelsDir.js';
import { projectRoot } from '../../../support/project.js';
import { consume } from '../../../support/scoreCalls.js';
import { scoredModel } from '../../../support/scoringModules.js';
import { startServices } from '../../../support/startServices.js';
import { fileCleanUp } from '../../../support/temporaryDir.js';

const file = fileCleanUp();
let services: Services;
let root = '';

const before_ = (body: string) => `export const before = (columns) => ${body};`;
const after = (body: string) => `export const after = (outputs) => ${body};`;
const stated = { outputs: [{ name: 'sum' }, { name: 'label', type: 'character' }] };

/** Modules that load and fail in a call, with what the caller reads. */
const failing: Readonly<Record<string, readonly [module: string, message: string, scoring?: unknown]>> = {
  throws: [before_('{ throw new Error("no such pair") }'), 'before: no such pair'],
  rejects: ['export const before = async () => { throw new Error("later"); };', 'before: later'],
  'throws-text': [after('{ throw "a text" }'), 'after: a text'],
  'throws-number': [
    before_('{ throw Object.assign(new Error("x"), { message: 5, stack: 5 }) }'),
    'before: 5',
  ],
  'throws-thrower': [
    after(
      '{ throw Object.defineProperties(new Error("x"), { message: { get() { throw 1 } }, stack: { get() { throw 2 } } }) }',
    ),
    'after: something that is no error was thrown',
  ],
  'throws-object': [
    before_('{ throw Object.assign(new Error("x"), { message: Object.create(null) }) }'),
    'before: something that is no error was thrown',
  ],
  'throws-proxy': [
    'const no = () => { throw new Error("no") };\n' +
      'export const before = async () => { throw new Proxy(new Error("x"), { get: no, getPrototypeOf: no, has: no, ownKeys: no }) };',
    'before: something that is no error was thrown',
  ],
  'answers-thrower': [
    before_('({ get a() { throw Object.assign(new Error("x"), { message: 6 }) } })'),
    'before: 6',
  ],
  'imports-outside': [
    "export const before = async () => import('./other.mjs');",
    "before: import './other.mjs': a scoring module imports files of assets/ and packages only",
  ],
  'shows-place': [
    before_('{ throw new Error(`cannot open ${import.meta.filename} and ${import.meta.url}`) }'),
    'before: cannot open scoring.mjs and scoring.mjs',
  ],
  'gives-nothing': [before_('undefined'), 'before: expected an object with the columns, got nothing'],
  'gives-array': [before_('[columns]'), 'before: expected an object with the columns, got an array'],
  lacks: [before_('({ a: columns.a })'), "before: column 'b' is missing: expected a number per row"],
  'other-column': [before_('({ ...columns, c: [] })'), "before: there is no column 'c': expected 'a', 'b'"],
  short: [before_('({ ...columns, b: [1, 2, 3] })'), "before: column 'b': expected 1 values, got 3"],
  'no-array': [
    before_('({ ...columns, b: 5 })'),
    "column 'b': expected an array with one value per row, got a number",
  ],
  'other-type': [
    before_('({ ...columns, b: ["x"] })'),
    "before: input 'b', row 0: expected a number, got a text",
  ],
  infinite: [
    before_('({ ...columns, b: [Infinity] })'),
    "input 'b', row 0: expected a value in the range of FP32",
  ],
  'no-outputs': [after('null'), 'after: expected an object with the outputs, got null'],
  'lacks-output': [after('outputs'), "after: output 'label' is missing", stated],
  'other-output': [
    after('({ ...outputs, labels: [] })'),
    "there is no output 'labels': expected 'sum', 'label'",
    stated,
  ],
  'short-output': [
    after('({ ...outputs, label: [] })'),
    "output 'label': expected 1 values for shape [1], got 0",
    stated,
  ],
  'other-output-type': [
    after('({ ...outputs, label: [1] })'),
    "output 'label', row 0: expected a text, got a number",
    stated,
  ],
};

/** Modules that do not load, with the reason that is listed. */
const refused: Readonly<Record<string, readonly [module: string, reason: string, scoring?: unknown]>> = {
  syntax: ['export const a = 1;\nexport const = 2;', "in load: Unexpected token '='"],
  'throws-at-load': ['\nthrow new Error("not here");', 'in load: not here (scoring.mjs:2)'],
  'throws-no-stack': [
    '\nthrow Object.defineProperty(new Error("not here"), "stack", { get() { throw 1 } });',
    'in load: not here',
  ],
  'throws-number-at-load': ['throw Object.assign(new Error("x"), { message: 5 });', 'in load: 5'],
  'imports-beside': [
    "import './other.mjs';",
    "in load: import './other.mjs': a scoring module imports files of assets/ and packages only",
  ],
  'imports-above': ["import '../../add/1/assets/a.mjs';", 'in load: Cannot find module'],
  'lacks-package': [
    "import 'no-such-package';",
    "in load: Cannot find package 'no-such-package' imported from",
  ],
  'throws-in-init': [
    'export function init() {\n throw new Error("no table");\n}',
    'in init: no table (scoring.mjs:2)',
  ],
  'rejects-in-init': [
    "import { readFile } from 'node:fs/promises';\nexport const init = ({ dir }) => readFile(dir + '/assets/none.csv');",
    "in init: ENOENT: no such file or directory, open 'assets/none.csv'",
  ],
  'no-function': ['export const before = 5;', "in load: its export 'before' is no function"],
  'lacks-before': [
    after('outputs'),
    'states scoring.columns, but scoring.mjs exports no function',
    { columns: [{ name: 'a' }] },
  ],
  'lacks-after': [before_('columns'), "scoring.mjs exports no function 'after'", stated],
};

before(async () => {
  const models: Record<string, ModelSource> = {};
  for (const [name, [module, , scoring]] of Object.entries({ ...failing, ...refused })) {
    const beside = { 'other.mjs': 'export {};', 'assets.mjs': 'export {};' };
    models[`${name}/1`] = scoredModel('add', module, scoring, beside);
  }
  root = modelsDirWith(file, models);
  services = await startServices(file, root);
});

function showsNoPlace(text: string): void {
  for (const place of [root, path.basename(root), projectRoot, 'file:', 'warmstart=']) {
    assert.ok(!text.includes(place), text);
  }
}

for (const [name, [, message]] of Object.entries(failing)) {
  test(`a failed call names the step and the reason: ${name}`, async () => {
    const failed = consume(services, name, { a: 1, b: 2 });
    const fault = await expectRejection(failed, { code: 'SCORE_ERR_RUN_FAILED', message });
    assert.ok(fault.message.startsWith('the scoring module failed in '), fault.message);
    showsNoPlace(fault.message);
  });
}

for (const [name, [, message]] of Object.entries(refused)) {
  test(`a module that cannot be used is listed with its reason: ${name}`, async () => {
    const { state, reason } = await services.catalog.find(name);
    assert.deepEqual([state, reason?.code], ['UNAVAILABLE', 'SCORE_ERR_MODEL_SCORING']);
    assert.ok(reason);
    assert.ok(reason.message.includes(message), reason.message);
    showsNoPlace(reason.message);
  });
}
