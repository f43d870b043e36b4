import { readdirSync, readFileSync } from 'node:fs';

// What Linux tells of a process in /proc.

const ticksPerSecond = 100;
const bytesPerPage = 4096;

/** CPU seconds that a process has used, with those of children that have ended. */
export function cpuSeconds(pid: number): number {
  const fields = statFields(`/proc/${pid}/stat`);
  return sum(fields.slice(11, 15)) / ticksPerSecond;
}

/** CPU seconds of the main thread of a process alone. */
export function mainThreadCpuSeconds(pid: number): number {
  return sum(statFields(`/proc/${pid}/task/${pid}/stat`).slice(11, 13)) / ticksPerSecond;
}

/** The most memory that a process ever had at once, in MiB. */
export function peakRssMiB(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

/** The memory of a process now, in MiB; 0 for one that has ended. */
export function rssMiB(pid: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return (pages * bytesPerPage) / 2 ** 20;
  } catch {
    return 0;
  }
}

/** The memory of a process and of all below it now, in MiB; what ends meanwhile does not count. */
export function treeRssMiB(pid: number): number {
  return sum(processTree(pid).map(rssMiB));
}

/** A process and all below it. */
export function processTree(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => parentOf(one) === pid);
  return [pid, ...children.flatMap(processTree)];
}

function parentOf(pid: number): number | undefined {
  try {
    return statFields(`/proc/${pid}/stat`)[1];
  } catch {
    return undefined;
  }
}

/** The fields behind the name of the process, which may hold blanks; the first one is a letter. */
function statFields(file: string): number[] {
  const text = readFileSync(file, 'utf8');
  return text
    .slice(text.lastIndexOf(') ') + 2)
    .split(' ')
    .map(Number);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
