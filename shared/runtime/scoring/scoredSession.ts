import { ScoringError } from '../../errors/scoringError.js';
import type { ScoringPlan, SessionPlan } from '../../models/modelPlan.js';
import { planStamp } from '../../models/planStamp.js';
import type { Signature } from '../../models/signature.js';
import type { NamedTensors } from '../../protocols/codec.js';
import { filesChanged, Session } from '../session.js';
import { callModule, ModuleFailure, type ModulePlace } from './callModule.js';
import { columnValues } from './columnValues.js';
import { GraphFeeds } from './graphFeeds.js';
import { openScoringModule, type ModuleSeams, type ScoringModule } from './scoringModule.js';
import { ServiceOutputs } from './serviceOutputs.js';

/**
 * A session with a scoring module around it: callers see the service's signature, the session that of its graph. All rows
 * of a run go through the module at once.
 */
export class ScoredSession {
  readonly #session: Session;
  readonly #module: ScoringModule;
  readonly #place: ModulePlace;
  readonly #service: Signature;
  readonly #fetches: readonly string[];
  readonly #feeds: GraphFeeds;
  readonly #outputs: ServiceOutputs;
  /** Its outputs are other ones than the graph's, with a value per row each. */
  readonly #makesRows: boolean;

  private constructor(
    session: Session,
    module: ScoringModule,
    { dir, signature }: SessionPlan,
    { graph, needs }: ScoringPlan,
    { clock }: ModuleSeams,
  ) {
    this.#session = session;
    this.#module = module;
    this.#place = { dir, ...(clock && { clock }) };
    this.#service = signature;
    this.#fetches = graph.outputs.map(({ name }) => name);
    this.#feeds = new GraphFeeds(signature, graph);
    this.#outputs = new ServiceOutputs(signature, graph);
    this.#makesRows = needs.includes('after');
  }

  /** Throws SCORE_ERR_MODEL_SCORING, and as `Session.open`. */
  static async open(plan: SessionPlan, scoring: ScoringPlan, seams: ModuleSeams): Promise<ScoredSession> {
    // no code runs that is not part of the plan; the session, which comes last, looks again
    if ((await planStamp(plan)) !== plan.stamp) throw filesChanged();
    const module = await openScoringModule(plan, scoring, seams);
    return new ScoredSession(await Session.open(plan), module, plan, scoring, seams);
  }

  /**
   * Takes the tensors of the service's inputs, gives those of its outputs. Throws SCORE_ERR_INPUT_SHAPE for inputs of
   * different lengths, SCORE_ERR_RUN_FAILED for a failure of the model or of its module.
   */
  async run(feeds: NamedTensors, fetches: readonly string[]): Promise<NamedTensors> {
    const { before, after } = this.#module;
    if (!before && !after) return this.#session.run(feeds, fetches);
    const rows = rowCountOf(feeds);
    const columns = columnValues(feeds, this.#service);
    const takeColumns = (answer: unknown) => this.#feeds.take(answer, rows);
    const graphFeeds = before ? await this.#call('before', () => before(columns), takeColumns) : feeds;
    if (!after) return this.#session.run(graphFeeds, fetches);
    const outputs = await this.#session.run(graphFeeds, this.#fetches);
    this.#requireRows(outputs, rows);
    const values = this.#outputs.valuesOf(outputs);
    const takeOutputs = (answer: unknown) => this.#outputs.take(answer, outputs, rows, fetches);
    return this.#call('after', () => after(values, columns), takeOutputs);
  }

  release(): Promise<void> {
    return this.#session.release();
  }

  async #call(
    step: 'before' | 'after',
    act: () => unknown,
    take: (answer: unknown) => NamedTensors,
  ): Promise<NamedTensors> {
    try {
      return await callModule(step, this.#place, act, take);
    } catch (error) {
      if (!(error instanceof ModuleFailure)) throw error;
      throw new ScoringError('SCORE_ERR_RUN_FAILED', error.message, { cause: error.cause });
    }
  }

  /** What is made of an output without rows would depend on which rows happen to be run together. */
  #requireRows(outputs: NamedTensors, rows: number): void {
    const whole = this.#makesRows && rows > 1 ? this.#outputs.wholeOutput(outputs, rows) : undefined;
    if (whole === undefined) return;
    const message = `output '${whole}' has no value per row, so the scoring module can make its outputs of one row at a time only`;
    throw new ScoringError('SCORE_ERR_RUN_FAILED', message);
  }
}

/** The rows of a call: the first dimension of every input; a tensor without dimensions is one row. */
function rowCountOf(feeds: NamedTensors): number {
  const [[first, { shape }] = ['', { shape: [] }], ...others] = Object.entries(feeds);
  const rows = shape[0] ?? 1;
  for (const [name, tensor] of others) {
    const count = tensor.shape[0] ?? 1;
    if (count === rows) continue;
    throw new ScoringError(
      'SCORE_ERR_INPUT_SHAPE',
      `input '${name}' has ${count} rows, input '${first}' ${rows}`,
    );
  }
  return rows;
}
