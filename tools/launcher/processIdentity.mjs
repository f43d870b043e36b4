import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Names a process so that it can be found again: the pid alone is not enough, because pids are given out again.
 * `born` is its start time in the system's own words, null where the system does not tell.
 */
export function identify(pid) {
  return { pid, born: born(pid) };
}

/** Whether the process that was named once still runs (a zombie does not). */
export function isAlive({ pid, born: bornThen }) {
  // from a file: 0 and negative numbers would stand for groups of processes
  if (!Number.isSafeInteger(pid) || pid < 1 || !exists(pid)) return false;
  const bornNow = born(pid);
  if (bornNow === 'gone') return false;
  return bornThen === null || bornNow === null || bornThen === bornNow;
}

function exists(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // it runs, but belongs to somebody else
  }
}

function born(pid) {
  if (process.platform === 'linux') return bornOnLinux(pid);
  if (process.platform === 'win32') return null;
  const { status, stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

function bornOnLinux(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the second field is the program's name in brackets and may hold blanks: count from behind it
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return 'gone';
    // ticks since the system started, so the start of the system belongs to the name
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
  } catch {
    return null;
  }
}
