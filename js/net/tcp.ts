// Owns: a socket of TCP over Node's: what came and was not asked for yet, what is still to be sent, connections to be accepted.
// Must not know: C, its operations, how a socket is found (sockets.ts).

import { createServer, Socket, type Server } from 'node:net';
import { addressOf, type Address } from './address.ts';
import { negative } from '../base/errno.ts';
import { Endpoint, OPTION, type Done, type Got } from './endpoint.ts';
import { ACCEPTED, CONNECTED, refused, secureConnect, secureServer, type Secure } from './tls.ts';

const AGAIN = negative('EAGAIN');

export class Tcp extends Endpoint {
  private socket: Socket | undefined;
  private server: Server | undefined;
  private listening = false;
  private readonly waiting: Socket[] = [];
  /** What of a piece was not taken. */
  private left: Uint8Array | undefined;
  private broken = 0;
  /** Whom it trusts, or who it is. */
  secure: Secure | undefined;

  constructor(family: number, socket?: Socket) {
    super(family);
    if (socket) this.adopt(socket);
  }

  private adopt(socket: Socket): void {
    this.socket = socket;
    const tell = () => this.changed();
    socket.on('error', (error) => {
      this.broken ||= negative(error);
      tell();
    });
    for (const event of ['readable', 'end', 'drain', 'close']) socket.on(event, tell);
  }

  set(option: number, value: number): number {
    this.options[option] = value;
    if (!this.socket) return 0;
    if (option === OPTION.noDelay) this.socket.setNoDelay(!!value);
    if (option === OPTION.keepAlive) this.socket.setKeepAlive(!!value);
    return 0;
  }

  address(peer: boolean): Address | undefined {
    const { socket, server } = this;
    if (peer) return addressOf(socket?.remoteAddress, socket?.remotePort, socket?.remoteFamily);
    if (socket) return addressOf(socket.localAddress, socket.localPort, socket.localFamily);
    const own = server?.address();
    return typeof own === 'object' ? addressOf(own?.address, own?.port, own?.family) : undefined;
  }

  /** Node binds only what it listens on: who comes before that was asked for waits. */
  bind({ address, port }: Address, done: Done): void {
    const { secure } = this;
    const serves = secure?.cert !== undefined;
    let server: Server;
    try {
      server = serves ? secureServer(secure, { allowHalfOpen: true }) : createServer({ allowHalfOpen: true });
    } catch (error) {
      return done(refused(error));
    }
    this.server = server;
    server.on(serves ? ACCEPTED : 'connection', (socket: Socket) => {
      socket.on('error', () => {}); // until it is accepted
      this.waiting.push(socket);
      this.changed();
    });
    server.once('error', (error) => done(negative(error)));
    server.listen(
      {
        host: address,
        port,
        exclusive: true,
        ipv6Only: !!this.options[OPTION.onlyIpv6],
        ...(this.options[OPTION.reusePort] && { reusePort: true }),
      },
      () => done(0),
    );
  }

  listen(done: Done): void {
    this.listening = true;
    if (this.server) done(0);
    else this.bind({ family: this.family, address: this.family === 4 ? '0.0.0.0' : '::', port: 0 }, done);
  }

  connect({ address, port }: Address, done: Done): void {
    const own = this.server && this.address(false);
    const start = () => {
      const { secure } = this;
      const to = {
        host: address,
        port,
        family: this.family,
        ...(own && { localAddress: own.address, localPort: own.port }),
      };
      const socket = secure
        ? secureConnect(secure, { ...to, allowHalfOpen: true })
        : new Socket({ allowHalfOpen: true });
      let over = false;
      const end = (result: number) => {
        if (!over) done(result);
        over = true;
      };
      if (secure) socket.once('error', (error) => (this.broken ||= over ? 0 : refused(error)));
      this.adopt(socket);
      socket.once(secure ? CONNECTED : 'connect', () => {
        if (this.options[OPTION.noDelay]) socket.setNoDelay(true);
        if (this.options[OPTION.keepAlive]) socket.setKeepAlive(true);
        end(0);
      });
      socket.once('close', () => end(this.broken || negative('ECONNABORTED')));
      if (!secure) socket.connect(to);
    };
    // The port is free for it once the server is gone that held it.
    if (this.server) this.server.close(start);
    else start();
    this.server = undefined;
  }

  isReady(writing: boolean): boolean {
    const { socket } = this;
    if (!socket) return this.waiting.length > 0;
    if (this.broken || socket.destroyed) return true;
    if (writing) return !socket.writableNeedDrain;
    return !!this.left || socket.readableLength > 0 || socket.readableEnded;
  }

  accept(): Tcp | number {
    const socket = this.listening ? this.waiting.shift() : undefined;
    if (!socket) return this.listening ? AGAIN : negative('EINVAL');
    return new Tcp(this.family, socket);
  }

  receive(size: number): Got | number {
    const { socket } = this;
    if (!socket) return negative('ENOTCONN');
    const bytes = this.left ?? (socket.read() as Uint8Array | null);
    this.left = undefined;
    if (bytes) {
      if (bytes.length > size) this.left = bytes.subarray(size);
      return { bytes: bytes.subarray(0, size) };
    }
    if (this.broken) return this.broken;
    if (socket.readableEnded) return { bytes: new Uint8Array() };
    return socket.destroyed ? negative('ECONNRESET') : AGAIN;
  }

  send(bytes: Uint8Array): number {
    const { socket } = this;
    if (!socket) return negative('ENOTCONN');
    if (this.broken) return this.broken;
    if (socket.destroyed || socket.writableEnded) return negative('EPIPE');
    if (socket.writableNeedDrain) return AGAIN;
    socket.write(bytes);
    return bytes.length;
  }

  shutdown(): number {
    if (!this.socket) return negative('ENOTCONN');
    this.socket.end();
    return 0;
  }

  close(reset: boolean): void {
    const { socket } = this;
    this.server?.close();
    for (const other of this.waiting) other.resetAndDestroy();
    if (!socket) return;
    if (reset) socket.resetAndDestroy();
    else if (socket.connecting) socket.destroy();
    else socket.destroySoon(); // what was sent goes first
  }
}
