import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { accessReader, openKeys, type Access } from '../../local/keys.js';
import { parseHead } from '../../local/http/requestHead.js';
import { parseTarget } from '../../local/http/requestTarget.js';

function dataDir(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'keys-'));
  t.after(() => {
    rmSync(dir, { recursive: true, force: true });
  });
  return join(dir, 'data');
}

test('keys are made once, differ from each other, and only the owner may read them', (t) => {
  const dir = dataDir(t);
  const keys = openKeys(dir);
  const all = [keys.master, keys.host, ...Object.values(keys.system)];
  assert.equal(new Set(all).size, 4);
  for (const key of all) assert.match(key, /^[\w-]{43}$/);
  assert.deepEqual(openKeys(dir), keys);
  assert.deepEqual(readdirSync(dir), ['keys.json']);
  if (process.platform !== 'win32') assert.equal(statSync(join(dir, 'keys.json')).mode & 0o777, 0o600);
  assert.notEqual(openKeys(undefined).master, openKeys(undefined).master);
});

test('a damaged file is named, kept as it is, and not quoted', (t) => {
  const dir = dataDir(t);
  const { master, host, system } = openKeys(dir);
  const file = join(dir, 'keys.json');
  for (const text of [
    '',
    '{',
    `"${master}`,
    JSON.stringify({ master, host }),
    `{"master":"","host":"","system":{}}`,
  ]) {
    writeFileSync(file, text);
    assert.throws(() => openKeys(dir), {
      name: 'HostFault',
      message: `${file} is damaged: delete it, and new keys are made at the next start`,
    });
    assert.equal(readFileSync(file, 'utf8'), text);
  }
  writeFileSync(file, JSON.stringify({ master, host, system }));
  assert.equal(openKeys(dir).master, master);
});

test('a folder that cannot be used is named', (t) => {
  const dir = dataDir(t);
  writeFileSync(dir, '');
  assert.throws(() => openKeys(dir), { name: 'HostFault', message: /keys\.json cannot be read: / });
});

test('the key of a request is looked for in the header, then in the query', (t) => {
  const keys = openKeys(dataDir(t));
  const accessOf = accessReader(keys);
  const access = (header: string | undefined, url = '/'): Access => {
    const head = parseHead(header === undefined ? [] : ['X-Functions-Key', header]);
    const target = parseTarget(url);
    assert.ok(typeof head === 'object' && target !== undefined);
    return accessOf({ method: 'GET', head, target });
  };
  const { master, host, system } = keys;
  assert.equal(access(undefined), 'none');
  assert.equal(access(''), 'none');
  assert.equal(access(undefined, '/?code='), 'none');
  assert.equal(access(master), 'master');
  assert.equal(access(host), 'host');
  assert.equal(access(system.durabletask_extension), 'durabletask_extension');
  assert.equal(access(undefined, `/?x=1&code=${system.blobs_extension}`), 'blobs_extension');
  assert.equal(access(undefined, `/?CODE=${master}`), 'master');
  assert.equal(access('wrong', `/?code=${master}`), 'wrong');
  assert.equal(access(host, '/?code=wrong'), 'host');
  assert.equal(access(undefined, `/?code=wrong&code=${master}`), 'wrong');
  assert.equal(access(undefined, `/?code=${master}&code=${master}`), 'wrong');
  assert.equal(access(`${master} `), 'wrong');
  assert.equal(access(master.slice(0, -1)), 'wrong');
});
