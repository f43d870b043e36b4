import { InputError } from './inputError.js';
import { MLServerError } from './mlServerError.js';
import { ServiceResponse } from './serviceResponse.js';

/** `Pending` and `Ready`: it has not begun; `Failed`: as a whole, bad records fail alone. */
export type BatchState = 'Pending' | 'Ready' | 'InProgress' | 'Complete' | 'Failed';

/** How far a batch is, and the results that there are. */
export class BatchResponse {
  readonly state: BatchState;
  readonly completedItemCount: number;
  readonly totalItemCount: number;
  /** One per record, in the order of the records; empty where the results were left out. */
  readonly executions: readonly ServiceResponse[];

  constructor(answer: unknown) {
    const { state, completedItemCount, totalItemCount, batchExecutionResults } = (answer ?? {}) as Record<
      string,
      unknown
    >;
    if (
      typeof state !== 'string' ||
      typeof completedItemCount !== 'number' ||
      typeof totalItemCount !== 'number'
    ) {
      throw new MLServerError('the batch was answered without state and counts', {
        status: 200,
        body: answer,
      });
    }
    this.state = state as BatchState;
    this.completedItemCount = completedItemCount;
    this.totalItemCount = totalItemCount;
    const results: readonly unknown[] = Array.isArray(batchExecutionResults) ? batchExecutionResults : [];
    this.executions = results.map((one) => new ServiceResponse(one));
  }

  /** Whether the batch will not change any more. */
  get ended(): boolean {
    return this.state === 'Complete' || this.state === 'Failed';
  }

  /** The result of one record, counted from 0. Throws an InputError for one that there is not. */
  execution(index: number): ServiceResponse {
    const found = this.executions[index];
    if (found) return found;
    throw new InputError(`index: expected one of ${this.executions.length} results from 0 on, got ${index}`);
  }
}
