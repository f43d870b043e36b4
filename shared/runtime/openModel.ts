import type { SessionPlan } from '../models/modelPlan.js';
import { Session } from './session.js';

/** What runs a model: a session, or one with a scoring module around it. */
export type OpenModel = Pick<Session, 'run' | 'release'>;

/**
 * Opens the session of a model, with its scoring module where it has one; blocks the thread meanwhile. `log` takes what
 * the module logs. Throws SCORE_ERR_MODEL_LOAD, _LOADING and _SCORING.
 */
export async function openModel(plan: SessionPlan, log: (text: string) => void): Promise<OpenModel> {
  if (!plan.scoring) return Session.open(plan);
  // no part of a cold start without module
  const { ScoredSession } = await import('./scoring/scoredSession.js');
  return ScoredSession.open(plan, plan.scoring, { log });
}
