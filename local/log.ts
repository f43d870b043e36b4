export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';

/** Where the host and the functions write; `functionName` and `invocationId` are set inside an invocation. */
export interface HostLog {
  log(level: LogLevel, category: string, message: string, functionName?: string, invocationId?: string): void;
}

const RANK: Readonly<Record<LogLevel, number>> = {
  trace: 0,
  debug: 1,
  information: 2,
  warning: 3,
  error: 4,
  critical: 5,
  none: 6,
};

/** The level meant by a text of host.json in any letter case, or undefined. */
export function parseLogLevel(text: string): LogLevel | undefined {
  const level = text.toLowerCase();
  return level in RANK ? (level as LogLevel) : undefined;
}

/** Prints one line per entry to stderr: time, level, function name, first digits of the invocation id. */
export class StderrLog implements HostLog {
  constructor(private readonly minimum: LogLevel = 'trace') {}

  log(
    level: LogLevel,
    category: string,
    message: string,
    functionName?: string,
    invocationId?: string,
  ): void {
    // An entry may carry the level `none`, which prints nowhere in the real host either.
    if (RANK[level] < RANK[this.minimum] || level === 'none') return;
    const time = new Date().toISOString().slice(11, 23);
    const source =
      functionName === undefined ? category : `${functionName} ${invocationId?.slice(0, 8) ?? ''}`;
    process.stderr.write(
      `${time} ${level.padEnd(11)} [${printable(source.trimEnd())}] ${printable(message)}\n`,
    );
  }
}

/** A text that cannot pass for another entry, because its lines stand off the margin, nor steer the terminal. */
function printable(text: string): string {
  return text
    .replaceAll(/\r?\n/g, '\n    ')
    .replaceAll(/[^\P{Cc}\t\n]/gu, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
