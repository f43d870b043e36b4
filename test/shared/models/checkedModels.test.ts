import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { CheckedModels } from '../../../shared/models/checkedModels.js';
import { temporaryDir } from '../../support/temporaryDir.js';

test('a pass is remembered when it is opened again', async (t) => {
  const dir = temporaryDir(t);
  const own = path.join(dir, 'state', 'checked.json');
  const built = path.join(dir, 'built.json');
  const first = await CheckedModels.open('1.30.0', built, own);
  assert.ok(!first.has('aa'));
  await Promise.all([first.add('aa'), first.add('bb')]);
  assert.ok(first.has('aa'));
  const again = await CheckedModels.open('1.30.0', built, own);
  assert.ok(again.has('aa') && again.has('bb') && !again.has('cc'));
});

test('the list of the build counts and is never written', async (t) => {
  const dir = temporaryDir(t);
  const [built, own] = [path.join(dir, 'built.json'), path.join(dir, 'own.json')];
  const content = JSON.stringify({ onnxruntime: '1.30.0', passed: ['aa'] });
  writeFileSync(built, content);
  const checked = await CheckedModels.open('1.30.0', built, own);
  assert.ok(checked.has('aa'));
  await checked.add('bb');
  assert.equal(readFileSync(built, 'utf8'), content);
  assert.deepEqual(JSON.parse(readFileSync(own, 'utf8')), { onnxruntime: '1.30.0', passed: ['bb'] });
});

test('another version of ONNX Runtime empties the list', async (t) => {
  const own = path.join(temporaryDir(t), 'own.json');
  await (await CheckedModels.open('1.30.0', own, own)).add('aa');
  const newer = await CheckedModels.open('1.31.0', own, own);
  assert.ok(!newer.has('aa'));
  await newer.add('bb');
  assert.deepEqual(JSON.parse(readFileSync(own, 'utf8')), { onnxruntime: '1.31.0', passed: ['bb'] });
});

test('a damaged list counts as empty and is written anew', async (t) => {
  const own = path.join(temporaryDir(t), 'own.json');
  for (const damaged of [
    '',
    '{',
    'null',
    '[]',
    '{"onnxruntime":"1.30.0"}',
    '{"onnxruntime":"1.30.0","passed":"aa"}',
  ]) {
    writeFileSync(own, damaged);
    const checked = await CheckedModels.open('1.30.0', own, own);
    assert.ok(!checked.has('aa'), damaged);
    await checked.add('aa');
    assert.ok((await CheckedModels.open('1.30.0', own, own)).has('aa'), damaged);
  }
});

test('a place that cannot be written costs no pass', async (t) => {
  const dir = temporaryDir(t);
  const own = path.join(dir, 'own.json');
  mkdirSync(`${own}.new`);
  const checked = await CheckedModels.open('1.30.0', own, own);
  await checked.add('aa');
  assert.ok(checked.has('aa'));
});

test('without a file of its own it remembers in memory', async (t) => {
  const checked = await CheckedModels.open('1.30.0', path.join(temporaryDir(t), 'none.json'));
  await checked.add('aa');
  assert.ok(checked.has('aa'));
});
