import { randomUUID } from 'node:crypto';
import { failureReason, type ActivityResult } from './activityResult.js';

// The .NET exceptions that the real extension writes into the history for a failed activity (functions-host.md 4.6).

const HRESULT = { HResult: -2146233088 };

/** JSON text of the wrapped error; `message` is the cleaned text with the blank the real host leaves before it. */
export function failureDetails(message: string, thrown: unknown): string {
  const text = message.slice(1);
  const stack = thrown instanceof Error ? (thrown.stack ?? text) : text;
  return JSON.stringify({
    $type: 'System.Exception, System.Private.CoreLib',
    ClassName: 'System.Exception',
    Message: message,
    Data: null,
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
    HelpURL: null,
    StackTraceString: null,
    RemoteStackTraceString: null,
    RemoteStackIndex: 0,
    ExceptionMethod: null,
    ...HRESULT,
    Source: null,
    WatsonBuckets: null,
  });
}

/** What an orchestrator gets for an activity that ran longer than functionTimeout. */
export function timeoutFailure(calledAs: string, functionName: string, timeoutMs: number): ActivityResult {
  const Timeout = new Date(timeoutMs).toISOString().slice(11, 19);
  const MethodName = `Functions.${functionName}`;
  const Message = `Timeout value of ${Timeout} was exceeded by function: ${MethodName}`;
  const details = JSON.stringify({
    $type: 'Microsoft.Azure.WebJobs.Host.FunctionTimeoutException, Microsoft.Azure.WebJobs.Host',
    Timeout,
    InstanceId: randomUUID(),
    MethodName,
    Handled: false,
    ClassName: 'Microsoft.Azure.WebJobs.Host.FunctionTimeoutException',
    Message,
    Data: null,
    InnerException: null,
    HelpURL: null,
    StackTraceString: '   at the function',
    RemoteStackTraceString: null,
    RemoteStackIndex: 0,
    ExceptionMethod: null,
    ...HRESULT,
    Source: 'Microsoft.Azure.WebJobs.Host',
    WatsonBuckets: null,
  });
  return { ok: false, reason: failureReason(calledAs, Message), details };
}
