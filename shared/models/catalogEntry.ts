import type { ErrorMessage } from '../errors/scoringError.js';
import type { ModelPlan } from './modelPlan.js';

type ModelState = 'LOADING' | 'READY' | 'UNAVAILABLE';

/** One model version as it is listed. READY means that it can be scored; its session is opened by the first call. */
export interface CatalogEntry {
  readonly name: string;
  readonly version: string;
  readonly state: ModelState;
  readonly plan?: ModelPlan;
  /** Why it is unavailable. */
  readonly reason?: ErrorMessage;
}
