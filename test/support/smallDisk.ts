import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { temporaryDir, type CleanUp } from './temporaryDir.js';

/** A folder with room for 1 MB that goes with the test; where nothing may be mounted it has more, and says so. */
export function smallDisk(t: CleanUp): { readonly dir: string; readonly isMounted: boolean } {
  const dir = mkdtempSync(path.join(tmpdir(), 'warmstart-disk-'));
  const mount = 'mount -t tmpfs -o size=1m tmpfs "$1"';
  const isMounted = process.platform === 'linux' && spawnSync('sh', ['-c', mount, 'sh', dir]).status === 0;
  t.after(() => {
    if (isMounted) spawnSync('sh', ['-c', 'umount "$1"', 'sh', dir]);
    rmSync(dir, { recursive: true });
  });
  return { dir, isMounted };
}

/**
 * Runs a script, which gets the file of a store as its argument, on a small disk or else with a limit on the size of
 * files, until it ends. Gives what it wrote, and a copy of the store where there is room to open it again.
 */
export function writeUntilFull(t: CleanUp, script: string, name: string) {
  const { dir, isMounted } = smallDisk(t);
  const file = path.join(dir, name);
  const limit = isMounted ? '' : 'ulimit -f 2048;';
  const args = ['-c', `${limit} exec "$@"`, 'sh', process.execPath, '-e', script, file];
  const { status, stdout, stderr } = spawnSync('sh', args, { encoding: 'utf8' });
  const copy = path.join(temporaryDir(t), name);
  for (const end of ['', '-wal']) copyFileSync(`${file}${end}`, `${copy}${end}`);
  return { file, isMounted, status, stdout, stderr, copy };
}
