import { connect } from 'node:net';

/** Sends bytes as they are, and gives all that comes back until the server closes the connection. */
export function sendRaw(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (received += text));
    socket.on('end', () => {
      resolve(received);
    });
    socket.on('error', reject);
  });
}

/** A POST whose body comes in chunks, without a length. */
export function chunkedPost(path: string, body: string): string {
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: localhost',
    'content-type: application/json',
    'connection: close',
  ];
  const chunk = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  return `${head.join('\r\n')}\r\ntransfer-encoding: chunked\r\n\r\n${chunk}`;
}
