// Owns: a socket of UDP over Node's: datagrams that came and were not asked for yet.
// Must not know: C, its operations, how a socket is found (sockets.ts).

import { createSocket, type Socket } from 'node:dgram';
import { addressOf, type Address } from './address.ts';
import { negative } from '../base/errno.ts';
import { Endpoint, OPTION, type Done, type Got } from './endpoint.ts';

const AGAIN = negative('EAGAIN');
/** As a system's own buffer, it drops what has no room. */
const MOST = 1 << 20;

export class Udp extends Endpoint {
  private made: Socket | undefined;
  private readonly came: Got[] = [];
  private size = 0;
  private broken = 0;
  private bound = false;
  private connected = false;

  /** Made when its options are known. */
  private get socket(): Socket {
    if (this.made) return this.made;
    const socket = createSocket({
      type: this.family === 4 ? 'udp4' : 'udp6',
      reuseAddr: !!this.options[OPTION.reuseAddress],
      ipv6Only: !!this.options[OPTION.onlyIpv6],
      ...(this.options[OPTION.reusePort] && { reusePort: true }),
    });
    socket.on('message', (bytes, { address, port, family }) => {
      if (this.size + bytes.length > MOST) return;
      this.size += bytes.length;
      this.came.push({ bytes, from: addressOf(address, port, family) });
      this.changed();
    });
    socket.on('error', (error) => {
      this.broken = negative(error);
      this.changed();
    });
    return (this.made = socket);
  }

  set(option: number, value: number): number {
    this.options[option] = value;
    if (this.bound && option === OPTION.broadcast) this.socket.setBroadcast(!!value);
    return 0;
  }

  address(peer: boolean): Address | undefined {
    try {
      const { address, port, family } = peer ? this.socket.remoteAddress() : this.socket.address();
      return addressOf(address, port, family);
    } catch {
      return undefined;
    }
  }

  /** What fails once it is asked for. */
  private asked(ask: (then: () => void) => void, done: Done): void {
    let over = false;
    const end = (result: number) => {
      if (!over) done(result);
      over = true;
      this.socket.off('error', fail);
    };
    const fail = (error: Error) => {
      this.broken = 0;
      end(negative(error));
    };
    this.socket.once('error', fail);
    ask(() => {
      this.bound = true;
      if (this.options[OPTION.broadcast]) this.socket.setBroadcast(true);
      end(0);
    });
  }

  bind({ address, port }: Address, done: Done): void {
    this.asked((then) => this.socket.bind({ address, port, exclusive: true }, then), done);
  }

  listen(done: Done): void {
    done(negative('ENOTSUP'));
  }

  connect({ address, port }: Address, done: Done): void {
    this.connected = true;
    this.asked((then) => this.socket.connect(port, address, then as never), done);
  }

  isReady(writing: boolean): boolean {
    return writing || this.came.length > 0 || this.broken !== 0;
  }

  accept(): number {
    return negative('ENOTSUP');
  }

  receive(size: number): Got | number {
    const first = this.came.shift();
    if (first) {
      this.size -= first.bytes.length;
      return { ...first, bytes: first.bytes.subarray(0, size) };
    }
    const { broken } = this;
    this.broken = 0; // a datagram that could not be delivered ends nothing
    return broken || AGAIN;
  }

  send(bytes: Uint8Array, to?: Address): number {
    const sent = (error: Error | null) => {
      if (!error) return;
      this.broken = negative(error);
      this.changed();
    };
    if (bytes.length > 65507) return negative('EMSGSIZE');
    if (to) this.socket.send(bytes, to.port, to.address, sent);
    else if (this.connected) this.socket.send(bytes, sent);
    else return negative('EDESTADDRREQ');
    return bytes.length;
  }

  shutdown(): number {
    return negative('ENOTCONN');
  }

  close(): void {
    this.made?.close();
  }
}
