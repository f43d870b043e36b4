import type { Clock } from '../../clock.js';
import type { ScoringPlan, SessionPlan } from '../../models/modelPlan.js';
import { scoringError, scoringFile } from '../../models/scoringFiles.js';
import { callModule, ModuleFailure } from './callModule.js';
import type { ModuleValues } from './columnValues.js';
import { importModule } from './importModule.js';

/** What a scoring module exports beside `init` (docs/scoring-module.md). */
export interface ScoringModule {
  readonly before?: (columns: ModuleValues) => unknown;
  readonly after?: (outputs: ModuleValues, columns: ModuleValues) => unknown;
}

/** What a module meets outside of its folder. */
export interface ModuleSeams {
  readonly log: (text: string) => void;
  readonly clock?: Clock;
}

interface Exported extends ScoringModule {
  readonly init?: (given: object) => unknown;
}

const longestLine = 1000;

/**
 * Imports the scoring module of a model and has it initialise. Throws SCORE_ERR_MODEL_SCORING for one that does not load
 * or initialise, and for one without the functions that model.json asks for.
 */
export async function openScoringModule(
  plan: SessionPlan,
  { model, needs }: ScoringPlan,
  { log, ...seams }: ModuleSeams,
): Promise<ScoringModule> {
  const place = { dir: plan.dir, ...seams };
  try {
    const { init, before, after } = await callModule('load', place, () => importModule(plan), exportsOf);
    for (const name of needs) {
      if (name === 'before' ? before : after) continue;
      const stated = name === 'before' ? 'columns' : 'outputs';
      throw scoringError(
        `model.json states scoring.${stated}, but ${scoringFile} exports no function '${name}'`,
      );
    }
    const startMs = performance.now();
    const say = lineLog(`model ${model.name} ${model.version}: `, log);
    if (init) {
      await callModule(
        'init',
        place,
        () => init({ dir: plan.dir, model, log: say }),
        () => undefined,
      );
      say(`its scoring module is initialised, in ${(performance.now() - startMs).toFixed(1)} ms`);
    }
    return { ...(before ? { before } : {}), ...(after ? { after } : {}) };
  } catch (error) {
    if (!(error instanceof ModuleFailure)) throw error;
    throw scoringError(`${error.message}${error.place}`, error.cause);
  }
}

function exportsOf(found: unknown): Exported {
  const exported = found as Readonly<Record<string, unknown>>;
  for (const name of ['init', 'before', 'after']) {
    if (exported[name] !== undefined && typeof exported[name] !== 'function') {
      throw new TypeError(`its export '${name}' is no function`);
    }
  }
  return exported;
}

/** One line of bounded length for each call. */
function lineLog(prefix: string, log: (text: string) => void): (text: unknown) => void {
  return (text) => {
    log(prefix + String(text).slice(0, longestLine).replace(/\s+/g, ' ').toWellFormed());
  };
}
