import { HostFault } from '../hostFault.js';
import type { HostLog, LogLevel } from '../log.js';
import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  LogCategory,
  NamedData,
  ProgrammingModel,
  TypedData,
} from './coreTypes.js';

export interface RegisteredFunction {
  readonly name: string;
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
  /** The file of package.json's `main` that registered it. */
  readonly entryFile: string;
}

/** Hooks in the order of their registration (functions-host.md 1.6). */
export interface Hooks {
  readonly appStart: HookCallback[];
  readonly appTerminate: HookCallback[];
  readonly preInvocation: HookCallback[];
  readonly postInvocation: HookCallback[];
  readonly log: HookCallback[];
}

const STREAM_REFUSED =
  'Not portable (4.13/18): app.setup({ enableHttpStream: true }). The local host serves HTTP in plain mode only.';

/** What the modules of one app have registered, and the life of that app. */
export class FunctionApp {
  readonly functions = new Map<string, RegisteredFunction>();
  readonly hooks: Hooks = { appStart: [], appTerminate: [], preInvocation: [], postInvocation: [], log: [] };
  readonly appHookData: Record<string, unknown> = {};
  model: ProgrammingModel | undefined;
  /** The file that is being loaded. */
  entryFile = '';
  /** Gives the data of input bindings that are no triggers, by binding type in lower case. */
  readonly inputProviders = new Map<string, () => TypedData>();
  #streamRequested = false;
  #indexed = false;

  constructor(
    private readonly directory: string,
    private readonly hostLog: HostLog,
  ) {}

  /** Adds a function; throws for a name given twice and after the start, as the real worker does. */
  register(metadata: FunctionMetadata, callback: FunctionCallback): () => void {
    if (this.#indexed) throw systemError(Error, 'A function can only be registered during app startup.');
    const id = metadata.functionId ?? metadata.name;
    if (this.functions.has(id)) {
      throw systemError(Error, `A function with id "${id}" has already been registered.`);
    }
    this.functions.set(id, { name: metadata.name, metadata, callback, entryFile: this.entryFile });
    return () => {
      if (this.#indexed) throw systemError(Error, 'A function can only be disposed during app startup.');
      this.functions.delete(id);
    };
  }

  registerHook(name: string, callback: HookCallback): () => void {
    if (!Object.hasOwn(this.hooks, name)) throw systemError(RangeError, `Unrecognized hook "${name}".`);
    const list = this.hooks[name as keyof Hooks];
    list.push(callback);
    return () => {
      const at = list.indexOf(callback);
      if (at >= 0) list.splice(at, 1);
    };
  }

  /** The library's and the app's entries; a log hook may change level and text of the app's own. */
  log(level: LogLevel, category: LogCategory, message: string, source?: LogSource): void {
    // The library has no other sign of stream mode before it opens its proxy server.
    if (category === 'system' && message.startsWith('HTTP streaming enabled')) this.#streamRequested = true;
    const entry = { level, message, category, invocationContext: source?.context };
    for (const hook of this.hooks.log) hook(entry);
    const shown = category === 'user' ? entry : { level, message };
    const where = source === undefined ? 'Worker' : `Function.${source.functionName}`;
    this.hostLog.log(
      shown.level,
      category === 'user' && source !== undefined ? `${where}.User` : where,
      shown.message,
      source?.functionName,
      source?.invocationId,
    );
  }

  /** Runs the appStart hooks, then closes registration and setup (functions-host.md 1.4). */
  async start(): Promise<void> {
    try {
      await this.#runAppHooks(this.hooks.appStart);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new HostFault(`An appStart hook failed: ${text.split('\n', 1)[0] ?? ''}`, { cause: error });
    }
    if (this.#streamRequested) throw new HostFault(STREAM_REFUSED);
    const capabilities = await this.model?.getCapabilities({});
    if (capabilities?.HttpUri !== undefined) throw new HostFault(STREAM_REFUSED);
    this.#indexed = true;
  }

  /** What the input bindings of a function besides its trigger hold for its next call. */
  inputsOf({ metadata }: RegisteredFunction): NamedData[] {
    if (this.inputProviders.size === 0) return [];
    return Object.entries(metadata.bindings).flatMap(([name, { type }]) => {
      const provide = this.inputProviders.get(type.toLowerCase());
      return provide === undefined ? [] : [{ name, data: provide() }];
    });
  }

  async terminate(): Promise<void> {
    await this.#runAppHooks(this.hooks.appTerminate);
  }

  async #runAppHooks(hooks: readonly HookCallback[]): Promise<void> {
    const context = {
      hookData: this.appHookData,
      appHookData: this.appHookData,
      functionAppDirectory: this.directory,
    };
    for (const hook of [...hooks]) await hook(context);
  }
}

/** The invocation an entry belongs to. */
export interface LogSource {
  readonly functionName: string;
  readonly invocationId: string;
  readonly context: unknown;
}

/** An error the library recognises as the host's own. */
function systemError(type: typeof Error | typeof RangeError, message: string): Error {
  return Object.assign(new type(message), { isAzureFunctionsSystemError: true });
}
