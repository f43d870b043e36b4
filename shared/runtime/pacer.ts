/** Work between two pauses lasts about so long; a single unit may last longer. */
const sliceMs = 10;

/** A pause comes first when less than this is left: slices shall not end in crumbs. */
const crumbMs = 2;

/** Units that are taken at once at most, since later ones may be far larger than those that were timed. */
const mostUnits = 512;

/** Units that are taken before their time is known. */
const firstUnits = 8;

/** Work of one kind, whose time per unit is learned as it goes. */
export class Step {
  totalMs = 0;
  unitMs: number | undefined;
}

/**
 * Cuts the work on a chunk into slices, between which the thread does what is more urgent. It decides only when to
 * pause and how much is done in one go: never what is computed.
 */
export class Pacer {
  readonly #pause: () => Promise<void>;
  #sinceMs = performance.now();

  /** `pause` is awaited between slices; what it throws ends the work. */
  constructor(pause: () => Promise<void>) {
    this.#pause = pause;
  }

  /** How many of `most` units to do now. */
  async some({ unitMs }: Step, most: number): Promise<number> {
    if (this.#leftMs() < Math.max(crumbMs, unitMs ?? 0)) await this.pause();
    const fitting = unitMs === undefined ? firstUnits : Math.floor(this.#leftMs() / unitMs);
    return Math.max(1, Math.min(most, fitting, mostUnits));
  }

  /** Waits until so many units, which cannot be cut, may be done. */
  async all({ unitMs }: Step, units: number): Promise<void> {
    if (this.#leftMs() < (unitMs === undefined ? sliceMs : Math.max(crumbMs, unitMs * units)))
      await this.pause();
  }

  /** Notes that the units took from `startMs` until now. */
  did(step: Step, units: number, startMs: number): void {
    const tookMs = performance.now() - startMs;
    step.totalMs += tookMs;
    const each = tookMs / Math.max(1, units);
    step.unitMs = step.unitMs === undefined ? each : (step.unitMs + each) / 2;
  }

  async pause(): Promise<void> {
    await this.#pause();
    this.#sinceMs = performance.now();
  }

  #leftMs(): number {
    return sliceMs - (performance.now() - this.#sinceMs);
  }
}
