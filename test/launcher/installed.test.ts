import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { importTool, temporaryFolder, write } from './support.js';

const tool = importTool('installed') as Promise<{
  installReason: (root: string) => string | undefined;
  stampInstall: (root: string) => void;
}>;
const explain = importTool('installFailure') as Promise<{
  explainFailure: (output: string, exitCode: number) => string;
}>;
const nodes = importTool('nodeBinary') as Promise<{
  refuseOldNode: (version: string, brought: boolean) => void;
}>;

const packages = {
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/a/node_modules/b': { version: '2.0.0', integrity: 'sha512-b' },
};
const elsewhere = { version: '1.0.0', integrity: 'sha512-c', optional: true, os: ['aix'], cpu: ['ppc64'] };

/** A project after `npm ci`, as npm leaves it. */
function installedProject(t: TestContext): string {
  const locked = { '': {}, ...packages, 'node_modules/c': elsewhere };
  return temporaryFolder(t, {
    'package-lock.json': JSON.stringify({ packages: locked }),
    'node_modules/.package-lock.json': JSON.stringify({ packages }),
    'node_modules/a/package.json': '{}',
    'node_modules/a/node_modules/b/package.json': '{}',
  });
}

test('what npm installed from the lock file is current, with or without our stamp', async (t) => {
  const { installReason, stampInstall } = await tool;
  const root = installedProject(t);
  assert.equal(installReason(root), undefined);
  stampInstall(root);
  assert.equal(installReason(root), undefined);
});

test('a missing and a half-made node_modules are noticed', async (t) => {
  const { installReason, stampInstall } = await tool;
  const root = installedProject(t);
  stampInstall(root);
  rmSync(join(root, 'node_modules/.package-lock.json'));
  assert.equal(installReason(root), 'node_modules is incomplete');
  rmSync(join(root, 'node_modules'), { recursive: true });
  assert.equal(installReason(root), 'there is no node_modules');
});

test('a damaged list of npm is an incomplete installation', async (t) => {
  const { installReason, stampInstall } = await tool;
  const root = installedProject(t);
  stampInstall(root);
  for (const damaged of ['', '{"packages":{"node_modules/a":', 'null', '[]', '{"packages":null}']) {
    write(join(root, 'node_modules/.package-lock.json'), damaged);
    assert.equal(installReason(root), 'node_modules is incomplete');
  }
});

test('a damaged package-lock.json is left for npm to explain', async (t) => {
  const { installReason } = await tool;
  const root = installedProject(t);
  write(join(root, 'package-lock.json'), '<<<<<<< HEAD');
  assert.equal(installReason(root), 'package-lock.json has changed');
});

test('a package that was deleted is named', async (t) => {
  const { installReason, stampInstall } = await tool;
  const root = installedProject(t);
  stampInstall(root);
  rmSync(join(root, 'node_modules/a/node_modules/b'), { recursive: true });
  assert.equal(installReason(root), 'node_modules/a/node_modules/b is missing');
});

test('another version or another package in the lock file asks for an installation', async (t) => {
  const { installReason, stampInstall } = await tool;
  const root = installedProject(t);
  stampInstall(root);
  const newer = { ...packages, 'node_modules/a': { version: '1.0.1', integrity: 'sha512-x' } };
  const more = { ...packages, 'node_modules/d': { version: '1.0.0', integrity: 'sha512-d' } };
  for (const changed of [newer, more]) {
    write(join(root, 'package-lock.json'), JSON.stringify({ packages: changed }));
    assert.equal(installReason(root), 'package-lock.json has changed');
  }
});

test('a failed npm ci is explained in one line', async () => {
  const { explainFailure } = await explain;
  const offline = [
    'npm warn old',
    'npm error code ENOTFOUND',
    'npm error syscall getaddrinfo',
    'npm error errno ENOTFOUND',
    'npm error network request to the registry failed, reason: getaddrinfo ENOTFOUND',
  ].join('\n');
  assert.match(explainFailure(offline, 1), /^npm ci failed \(ENOTFOUND\): check the network/);
  const full =
    'npm error code ENOSPC\nnpm error syscall write\nnpm error nospc ENOSPC: no space left on device, write';
  assert.match(
    explainFailure(full, 1),
    /\(ENOSPC, nospc ENOSPC: no space left on device, write\): free some space/,
  );
  assert.match(explainFailure('killed', 137), /^npm ci failed \(exit code 137\): the output of npm is above/);
});

test('a Node below 22.13 is refused where the installation brings none', async () => {
  const { refuseOldNode } = await nodes;
  for (const version of ['20.20.2', '22.12.0']) {
    assert.throws(() => {
      refuseOldNode(version, false);
    }, /needs Node 22\.13 or newer .*, this is .*: https:\/\/nodejs\.org/);
    refuseOldNode(version, true);
  }
  for (const version of ['22.13.0', '24.1.0']) refuseOldNode(version, false);
});
