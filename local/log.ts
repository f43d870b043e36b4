const LEVELS = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'] as const;

export type LogLevel = (typeof LEVELS)[number];

/** Where the host and the functions write; `functionName` and `invocationId` are set inside an invocation. */
export interface HostLog {
  log(level: LogLevel, category: string, message: string, functionName?: string, invocationId?: string): void;
}

/** The level meant by a text of host.json in any letter case, or undefined. */
export function parseLogLevel(text: string): LogLevel | undefined {
  return LEVELS.find((level) => level === text.toLowerCase());
}

/** Passes on the entries that reach the level of their category; of several that fit, the longest name counts. */
export class LevelledLog implements HostLog {
  /** `levels` by beginnings of categories in lower case, with `default` for all others. */
  constructor(
    private readonly target: HostLog,
    private readonly levels: ReadonlyMap<string, LogLevel>,
  ) {}

  log(...entry: Parameters<HostLog['log']>): void {
    const [level, category] = entry;
    // An entry may carry the level `none`, which prints nowhere in the real host either.
    if (LEVELS.indexOf(level) < this.#minimumOf(category) || level === 'none') return;
    this.target.log(...entry);
  }

  #minimumOf(category: string): number {
    let name = '';
    for (const one of this.levels.keys()) {
      if (one.length > name.length && category.toLowerCase().startsWith(one)) name = one;
    }
    return LEVELS.indexOf(this.levels.get(name) ?? this.levels.get('default') ?? 'information');
  }
}

/** Prints one line per entry to stderr: time, level, function name, first digits of the invocation id. */
export class StderrLog implements HostLog {
  log(...[level, category, message, functionName, invocationId]: Parameters<HostLog['log']>): void {
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
