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

/** Lets entries of at least `minimum` through to `target`. */
export class LevelFilter implements HostLog {
  readonly #minimum: number;

  constructor(
    private readonly target: HostLog,
    minimum: LogLevel,
  ) {
    this.#minimum = RANK[minimum];
  }

  log(
    level: LogLevel,
    category: string,
    message: string,
    functionName?: string,
    invocationId?: string,
  ): void {
    // An entry may carry the level `none`, which prints nowhere in the real host either.
    if (RANK[level] < this.#minimum || level === 'none') return;
    this.target.log(level, category, message, functionName, invocationId);
  }
}

/** Prints one line per entry to stderr: time, level, function name, first digits of the invocation id. */
export class StderrLog implements HostLog {
  log(
    level: LogLevel,
    category: string,
    message: string,
    functionName?: string,
    invocationId?: string,
  ): void {
    const time = new Date().toISOString().slice(11, 23);
    const source =
      functionName === undefined ? category : `${functionName} ${invocationId?.slice(0, 8) ?? ''}`;
    // Every entry begins at the margin, so a text with line breaks cannot pass for another entry.
    const text = message.replaceAll(/\r?\n/g, '\n    ');
    process.stderr.write(`${time} ${level.padEnd(11)} [${source.trimEnd()}] ${text}\n`);
  }
}
