import { randomUUID } from 'node:crypto';

/** What a run of an activity leads to. */
export type ActivityResult =
  { readonly ok: true; /** JSON text */ readonly result: string | null } | ActivityFailure;

interface ActivityFailure {
  readonly ok: false;
  readonly reason: string;
  /** JSON text of a .NET exception, or empty */
  readonly details: string;
  /** For the log. */
  readonly stack?: string;
}

const HRESULT = { HResult: -2146233088 };
// The rest of a .NET exception, in the order in which the real extension writes it (functions-host.md 4.6).
const EXCEPTION = {
  Data: null,
  InnerException: null,
  HelpURL: null,
  StackTraceString: null,
  RemoteStackTraceString: null,
  RemoteStackIndex: 0,
  ExceptionMethod: null,
  ...HRESULT,
  Source: null,
  WatsonBuckets: null,
};

/** What an orchestrator gets for an activity that was called as `name`; `text` says why it failed. */
export function activityFailure(name: string, text: string): ActivityFailure {
  return { ok: false, reason: `Activity function '${name}' failed: ${text}`, details: '' };
}

/** For an activity that threw; `text` is its message without secrets. The real host leaves a blank before it. */
export function thrownFailure(name: string, text: string, thrown: unknown): ActivityResult {
  const Message = ` ${text}`;
  // The worker makes an error of what is thrown instead of one.
  const { stack = text } = thrown instanceof Error ? thrown : new Error(text);
  const details = {
    $type: 'System.Exception, System.Private.CoreLib',
    ClassName: 'System.Exception',
    Message,
    ...EXCEPTION,
    InnerException: {
      $type: 'Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException, Microsoft.Azure.WebJobs.Script',
      IsUserException: false,
      RemoteStackTrace: stack,
      RemoteMessage: text,
      RemoteTypeName: null,
      Message: `Result: Failure\nException: ${text}\nStack: ${stack}`,
      Data: { $type: 'System.Collections.ListDictionaryInternal, System.Private.CoreLib' },
      InnerException: null,
      HelpLink: null,
      Source: 'System.Private.CoreLib',
      ...HRESULT,
      StackTrace: '   at the function',
    },
  };
  return { ...activityFailure(name, Message), details: JSON.stringify(details), stack };
}

/** For an activity that ran longer than functionTimeout. */
export function timeoutFailure(name: string, functionName: string, timeoutMs: number): ActivityResult {
  const Timeout = new Date(timeoutMs).toISOString().slice(11, 19);
  const MethodName = `Functions.${functionName}`;
  const Message = `Timeout value of ${Timeout} was exceeded by function: ${MethodName}`;
  const details = {
    $type: 'Microsoft.Azure.WebJobs.Host.FunctionTimeoutException, Microsoft.Azure.WebJobs.Host',
    ...{ Timeout, InstanceId: randomUUID(), MethodName, Handled: false },
    ClassName: 'Microsoft.Azure.WebJobs.Host.FunctionTimeoutException',
    Message,
    ...EXCEPTION,
    StackTraceString: '   at the function',
    Source: 'Microsoft.Azure.WebJobs.Host',
  };
  return { ...activityFailure(name, Message), details: JSON.stringify(details) };
}
