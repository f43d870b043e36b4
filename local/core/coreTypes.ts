import type { LogLevel } from '../log.js';

// The part of @azure/functions-core that the library uses (functions-host.md 1.2 to 1.8). The real worker
// brings that module along; no package with its types is installed.

interface BindingInfo {
  readonly type: string;
  readonly [option: string]: unknown;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Readonly<Record<string, BindingInfo>>;
  readonly retryOptions?: unknown;
}

export type FunctionCallback = (...args: unknown[]) => unknown;
export type HookCallback = (context: Record<string, unknown>) => unknown;
export type LogCategory = 'user' | 'system' | 'customMetric';

export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: { readonly value: string };
  readonly path?: { readonly value: string };
  readonly expires?: { readonly value: { readonly seconds: number } };
  readonly secure?: { readonly value: boolean };
  readonly httpOnly?: { readonly value: boolean };
  readonly sameSite: 'none' | 'lax' | 'strict' | 'explicitNone';
  readonly maxAge?: { readonly value: number };
}

/** An HTTP request on its way to the function. */
interface HttpInput {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
  readonly body: { readonly bytes: Uint8Array } | undefined;
  /** Taken by the library in the place of a request that it would make of the rest. */
  readonly nativeRequest?: Request;
}

/** An HTTP answer as the library encodes it. */
export interface HttpOutput {
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly Cookie[];
  readonly enableContentNegotiation?: boolean;
  readonly body?: { readonly bytes?: Uint8Array };
}

/** A blob that the function reads itself (functions-host.md 1.9); `content` is JSON. */
interface ModelBindingData {
  readonly version: string;
  readonly source: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** A value on its way to a function or back (functions-host.md 1.7); an empty object stands for undefined. */
export interface TypedData {
  readonly http?: HttpInput | HttpOutput;
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly int?: number;
  readonly double?: number;
  readonly modelBindingData?: ModelBindingData;
}

export interface NamedData {
  readonly name: string;
  readonly data: TypedData;
}

/** What a trigger hands to the function it calls. */
export interface TriggerInput extends NamedData {
  /** Names with a capital letter, as the host sends them; absent for HTTP and timers. */
  readonly metadata?: Readonly<Record<string, TypedData>> | undefined;
  readonly traceContext?: TraceContext | undefined;
}

export interface InvocationRequest {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly NamedData[];
  readonly triggerMetadata: Readonly<Record<string, TypedData>> | undefined;
  readonly traceContext: TraceContext | undefined;
  readonly retryContext: undefined;
}

export interface TraceContext {
  readonly traceParent: string;
  readonly traceState?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: InvocationRequest;
  readonly metadata: FunctionMetadata;
  readonly state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

export interface InvocationResponse {
  readonly returnValue?: TypedData | null;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], handler: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface ProgrammingModel {
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities(defaults: Record<string, string>): Promise<Record<string, string>>;
}
