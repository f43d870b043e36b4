/** An operation of the management API that is not done: status and JSON body of the answer. */
export class ManagementFault extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super(JSON.stringify(body));
  }
}

/** As the real extension answers for a .NET exception (functions-host.md 4.12). */
function exception(status: number, summary: string, type: string, text: string): ManagementFault {
  return new ManagementFault(status, {
    Message: summary,
    ExceptionMessage: text,
    ExceptionType: type,
    StackTrace: '   at the local host, which has no .NET stack',
  });
}

export function argumentFault(
  text: string,
  summary = 'One or more of the arguments submitted is incorrect',
): ManagementFault {
  return exception(400, summary, 'System.ArgumentException', text);
}

export function jsonFault(text: string): ManagementFault {
  return exception(400, 'Invalid JSON content', 'Newtonsoft.Json.JsonReaderException', text);
}

export function serverFault(type: string, text: string): ManagementFault {
  return exception(500, 'Something went wrong while processing your request', type, text);
}
