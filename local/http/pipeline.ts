import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

const closing = new WeakSet<Duplex>();
const latest = new WeakMap<Duplex, ServerResponse>();

/** From now on nothing that is read from this connection runs: it ends with an answer already made. */
export function closeBehind(socket: Duplex): void {
  closing.add(socket);
}

export function isClosing(socket: Duplex): boolean {
  return closing.has(socket);
}

/** Notes an answer as the last in the line of its connection, until it is out. */
export function enterLine(socket: Duplex, response: ServerResponse): void {
  latest.set(socket, response);
  response.once('close', () => {
    // An idle connection would keep the request with its body in memory.
    if (latest.get(socket) === response) latest.delete(socket);
  });
}

/** Ends a connection with bytes that stand behind every answer in its line, and that once. */
export function endBehind(socket: Duplex, bytes: string): void {
  if (isClosing(socket)) return;
  closeBehind(socket);
  const end = (): void => {
    if (socket.writable) socket.end(bytes, () => socket.destroy());
    else socket.destroy();
  };
  const last = latest.get(socket);
  if (last === undefined) end();
  else if (last.req.complete) last.once('close', end);
  // The fault is in a body that is still being read: its request cannot be answered any more.
  else socket.destroy();
}
