import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A request of `azureml-model-management-sdk` 1.0.1b6.post1 on Python 3.7; its path is not escaped by the client. */
export interface PythonRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** As `requests` writes it: JSON with blanks behind colons and commas. */
  readonly body?: string | Buffer;
  /** In the place of JSON, as `requests` names the form. */
  readonly contentType?: string;
  /** Undefined before the login. */
  readonly token?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Sends what the Python client sends, header by header: `Accept` and `Content-Type` are JSON on every call, also on those
 * without a body and on those that are answered with the bytes of a file.
 */
export async function sendAsPython(
  base: string,
  { method, path, body, contentType = 'application/json', token }: PythonRequest,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(base);
  const headers = {
    host: `${hostname}:${port}`,
    'user-agent': 'azureml-model-management-sdk/1.0.1b6.post1/python',
    'accept-encoding': 'gzip, deflate',
    accept: 'application/json',
    connection: 'keep-alive',
    'content-type': contentType,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(method === 'GET' ? {} : { 'content-length': String(Buffer.byteLength(body ?? '')) }),
  };
  const sent = request({ hostname, port, method, path, headers });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await buffer(answer) };
}
