import { ManagementFault } from './managementAnswer.js';
import { FINAL_STATUSES, RUNTIME_STATUSES, type InstanceFilter, type RuntimeStatus } from './store.js';

const ISO_TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/i;
const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*$/;

/** The query of a management request; what cannot be read counts as not given (functions-host.md 4.12). */
export class ManagementQuery {
  readonly #values: ReadonlyMap<string, string>;

  constructor(query: Readonly<Record<string, string>>) {
    const entries = Object.entries(query);
    this.#values = new Map(entries.map(([name, value]) => [name.toLowerCase(), value]));
  }

  /** Names are matched in any letter case. */
  text(name: string): string | undefined {
    return this.#values.get(name.toLowerCase());
  }

  flag(name: string, otherwise: boolean): boolean {
    const text = this.text(name)?.trim().toLowerCase();
    return text === 'true' || (text !== 'false' && otherwise);
  }

  number(name: string): number | undefined {
    const text = this.text(name);
    return text !== undefined && NUMBER.test(text) ? Number(text) : undefined;
  }

  listFilter(): InstanceFilter {
    return {
      ...this.#times(),
      statuses: this.#statuses().filter(isStatus),
      idPrefix: this.text('instanceIdPrefix'),
    };
  }

  /** undefined: the time to begin with is missing. Throws a ManagementFault for a status that is not final. */
  purgeFilter(): InstanceFilter | undefined {
    const times = this.#times();
    if (times.createdFromMs === undefined) return undefined;
    const given = this.#statuses();
    const statuses = FINAL_STATUSES.filter((status) => given.length === 0 || given.includes(status));
    const refused = given.find((name) => !statuses.some((status) => status === name));
    if (refused === undefined) return { ...times, statuses };
    throw new ManagementFault(
      400,
      `Not portable (4.13/16): purge by the status "${refused}", for which the real engine drops the filter. ` +
        `Purge by id, or by ${FINAL_STATUSES.join(', ')}.`,
    );
  }

  #times(): InstanceFilter {
    return { createdFromMs: this.#time('createdTimeFrom'), createdToMs: this.#time('createdTimeTo') };
  }

  /** A time without a zone is UTC. */
  #time(name: string): number | undefined {
    const text = this.text(name)?.trim();
    if (text === undefined || !ISO_TIME.test(text)) return undefined;
    const timeMs = Date.parse(/T.*(?:Z|[+-]\d\d:\d\d)$|^[^T]*$/i.test(text) ? text : `${text}Z`);
    return Number.isNaN(timeMs) ? undefined : timeMs;
  }

  #statuses(): string[] {
    const names = this.text('runtimeStatus')?.split(',') ?? [];
    return names.map((name) => name.trim()).filter((name) => name !== '');
  }
}

function isStatus(name: string): name is RuntimeStatus {
  return RUNTIME_STATUSES.some((status) => status === name);
}
