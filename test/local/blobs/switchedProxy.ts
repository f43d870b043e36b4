import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { CleanUp } from '../../support/temporaryDir.js';

/** Stands in front of a port; can go silent, so that calls are taken and never answered, or end every connection. */
export class SwitchedProxy {
  readonly #open = new Set<Socket>();
  #silent = false;
  #refusing = false;
  #waiting = Promise.withResolvers<undefined>();

  static async start(t: CleanUp, targetPort: number): Promise<{ proxy: SwitchedProxy; port: number }> {
    const proxy = new SwitchedProxy();
    const server = createServer((socket) => {
      proxy.#take(socket, targetPort);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      proxy.#closeAll();
      server.close();
    });
    return { proxy, port: (server.address() as AddressInfo).port };
  }

  /** Connections that are open end. */
  goSilent(): void {
    this.#silent = true;
    this.#closeAll();
  }

  refuse(): void {
    this.#refusing = true;
    this.#closeAll();
  }

  answerAgain(): void {
    this.#silent = false;
    this.#refusing = false;
    this.#closeAll();
  }

  /** Waits for a call that gets no answer. */
  async silentCall(): Promise<void> {
    await this.#waiting.promise;
    this.#waiting = Promise.withResolvers();
  }

  #take(socket: Socket, targetPort: number): void {
    this.#keep(socket);
    if (this.#refusing) {
      socket.destroy();
      return;
    }
    if (this.#silent) {
      socket.once('data', () => {
        this.#waiting.resolve(undefined);
      });
      return;
    }
    const target = connect(targetPort, '127.0.0.1');
    this.#keep(target);
    socket.pipe(target).pipe(socket);
    socket.once('close', () => target.destroy());
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#open.delete(socket));
  }

  #closeAll(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
