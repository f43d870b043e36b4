import { randomUUID } from 'node:crypto';
import type { LogLevel } from '../log.js';
import type {
  CoreInvocationContext,
  FunctionMetadata,
  InvocationModel,
  InvocationRequest,
  InvocationResponse,
  LogCategory,
  TriggerInput,
} from './coreTypes.js';
import type { FunctionApp, LogSource, RegisteredFunction } from './functionApp.js';

export interface InvocationOutcome {
  readonly response: InvocationResponse;
  /** What the handler gave back, after the hooks. */
  readonly result: unknown;
}

/** One call of a function, from the trigger's data to the encoded answer (functions-host.md 1.5). */
export class Invocation implements CoreInvocationContext, LogSource {
  readonly invocationId = randomUUID();
  readonly metadata: FunctionMetadata;
  readonly functionName: string;
  readonly request: InvocationRequest;
  state: CoreInvocationContext['state'];
  context: unknown;
  /** Set when the function threw null or undefined, which counts as success. */
  threwNothing = false;

  constructor(
    private readonly app: FunctionApp,
    private readonly target: RegisteredFunction,
    { name, data, metadata, traceContext }: TriggerInput,
  ) {
    this.metadata = target.metadata;
    this.functionName = target.name;
    this.request = {
      invocationId: this.invocationId,
      functionId: target.name,
      inputData: [{ name, data }, ...app.inputsOf(target)],
      triggerMetadata: metadata,
      traceContext,
      retryContext: undefined,
    };
  }

  log(level: LogLevel, category: LogCategory, message: string): void {
    this.app.log(level, category, message, this);
  }

  /** Runs the function with its hooks; rejects with what the handler or a hook has thrown. */
  async run(): Promise<InvocationOutcome> {
    const { model: programmingModel } = this.app;
    if (programmingModel === undefined) throw new Error('No function was registered.');
    const model = programmingModel.getInvocationModel(this);
    const { context, inputs } = await model.getArguments();
    this.context = context;
    const result = await this.#runWithHooks(model, inputs);
    this.state = undefined;
    return { response: await model.getResponse(context, result), result };
  }

  async #runWithHooks(model: InvocationModel, inputs: unknown[]): Promise<unknown> {
    const { hooks, appHookData } = this.app;
    const common = { hookData: {}, appHookData, invocationContext: this.context };
    const before = { ...common, functionCallback: this.target.callback, inputs };
    this.state = 'preInvocationHooks';
    for (const hook of [...hooks.preInvocation]) await hook(before);

    // A hook may have put another handler and other inputs in place.
    const after = { ...before, result: undefined as unknown, error: undefined as unknown };
    this.state = 'invocation';
    try {
      after.result = await model.invokeFunction(this.context, before.inputs, before.functionCallback);
    } catch (error) {
      after.error = error;
      this.threwNothing = !isError(error);
    }
    this.state = 'postInvocationHooks';
    for (const hook of [...hooks.postInvocation]) await hook(after);
    if (isError(after.error)) throw after.error;
    return after.result;
  }
}

/** The worker takes a thrown null or undefined for success (functions-host.md 4.13/5). */
function isError(thrown: unknown): boolean {
  return thrown !== undefined && thrown !== null;
}
