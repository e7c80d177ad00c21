// Owns: the network of a C program in Node, Deno and Bun: its sockets by number, what it waits for, names.
// Must not know: how a socket works (tcp.ts, udp.ts). Its other half is wasm/js/sockets.c. Loaded only for modules that import some of it.

import { lookup } from 'node:dns';
import { ADDRESS_SIZE, addressAt, IPV6, writeAddress } from './address.ts';
import type { Done, Endpoint } from './endpoint.ts';
import { negative } from '../base/errno.ts';
import type { Machine, Pointer } from '../base/machine.ts';
import { Standard } from './standard.ts';
import { Tcp } from './tcp.ts';
import { encoder } from '../base/text.ts';
import { failure, type Secure } from './tls.ts';
import { Udp } from './udp.ts';

const UDP = 1;
const TO_WRITE = 2;
/** CAW__UNDER_WAY. */
const UNDER_WAY = -(2 ** 31);

interface Entry {
  endpoint: Endpoint;
  /** Operations that wait until it is ready. */
  reading: Pointer;
  writing: Pointer;
}

export function socketImports(machine: Machine): WebAssembly.ModuleImports {
  const entries = new Map<number, Entry>();
  /** What is pending, and what is to be forgotten when it is given up. */
  const operations = new Map<Pointer, { forget(): void }>();
  let last = 0;

  function finish(op: Pointer, result: number): void {
    operations.delete(op);
    if (machine.ended) return;
    try {
      machine.x.caw_op_done(op, result);
    } catch (error) {
      machine.failed(error);
    }
  }

  /** Begins what ends by a call; what has ended by then is the result. */
  function begin(op: Pointer, start: (done: Done, isPending: () => boolean) => void): number {
    op >>>= 0;
    let result: number = UNDER_WAY;
    let begun = false;
    const operation = { forget() {} };
    // Where it was given up, another one may be at its place.
    const isPending = () => operations.get(op) === operation && !machine.ended;
    try {
      start((ended) => {
        if (!begun) result = ended;
        else if (isPending()) finish(op, ended);
      }, isPending);
    } catch (error) {
      return negative(error);
    }
    begun = true;
    if (result === UNDER_WAY) operations.set(op, operation);
    return result;
  }

  /** A number for a socket. */
  function add(endpoint: Endpoint): number {
    const entry: Entry = { endpoint, reading: 0, writing: 0 };
    endpoint.changed = () => {
      const { reading, writing } = entry;
      if (reading && endpoint.isReady(false)) {
        entry.reading = 0;
        finish(reading, 0);
      }
      if (writing && endpoint.isReady(true)) {
        entry.writing = 0;
        finish(writing, 0);
      }
    };
    entries.set(++last, entry);
    return last;
  }

  const at = (id: number): Endpoint | undefined => entries.get(id)?.endpoint;
  const BAD = negative('EBADF');

  (machine.awaits ??= []).push(() => operations.size > 0);
  machine.onEnd.push(() => {
    for (const { endpoint } of entries.values()) endpoint.close(true);
    entries.clear();
    operations.clear();
  });

  return {
    socket_open(family: number, kind: number) {
      const own = family === IPV6 ? 6 : 4;
      return add(kind === UDP ? new Udp(own) : new Tcp(own));
    },
    socket_secure(id: number, name: Pointer, ca: Pointer, cert: Pointer, key: Pointer) {
      const socket = at(id);
      if (!(socket instanceof Tcp)) return BAD;
      socket.secure = {};
      for (const [what, text] of Object.entries({ name, ca, cert, key }))
        if (text) socket.secure[what as keyof Secure] = machine.name(text);
      return 0;
    },
    socket_failure(to: Pointer, size: number) {
      const bytes = encoder.encode(failure).subarray(0, size);
      machine.bytes().set(bytes, to >>> 0);
      return bytes.length;
    },
    socket_standard: (number: number) => add(new Standard(number)),
    socket_set: (id: number, option: number, value: number) => at(id)?.set(option, value) ?? BAD,
    socket_address(id: number, peer: number, to: Pointer) {
      const found = at(id)?.address(!!peer);
      if (!found) return negative(at(id) ? (peer ? 'ENOTCONN' : 'EINVAL') : 'EBADF');
      writeAddress(machine, to, found);
      return 0;
    },
    socket_close(id: number, reset: number) {
      const endpoint = at(id);
      if (!endpoint) return;
      endpoint.changed = () => {}; // nobody asks any more
      entries.delete(id);
      endpoint.close(!!reset);
    },
    socket_shutdown: (id: number) => at(id)?.shutdown() ?? BAD,
    socket_bind: (op: Pointer, id: number, to: Pointer) =>
      at(id) ? begin(op, (done) => at(id)!.bind(addressAt(machine, to), done)) : BAD,
    socket_listen: (op: Pointer, id: number) => (at(id) ? begin(op, (done) => at(id)!.listen(done)) : BAD),
    socket_connect: (op: Pointer, id: number, to: Pointer) =>
      at(id) ? begin(op, (done) => at(id)!.connect(addressAt(machine, to), done)) : BAD,
    socket_ready(op: Pointer, id: number, direction: number) {
      const entry = entries.get(id);
      if (!entry) return BAD;
      const writing = direction === TO_WRITE;
      if (entry.endpoint.isReady(writing)) return 0;
      op >>>= 0;
      const way = writing ? 'writing' : 'reading';
      entry[way] = op;
      operations.set(op, { forget: () => void (entry[way] = 0) });
      return UNDER_WAY;
    },
    socket_cancel(op: Pointer) {
      operations.get(op >>> 0)?.forget();
      return +operations.delete(op >>> 0);
    },
    socket_accept(id: number, to: Pointer) {
      const accepted = at(id)?.accept() ?? BAD;
      if (typeof accepted === 'number') return accepted;
      const peer = accepted.address(true);
      if (peer) writeAddress(machine, to, peer);
      return add(accepted);
    },
    socket_receive(id: number, to: Pointer, size: number, from: Pointer) {
      const got = at(id)?.receive(size >>> 0) ?? BAD;
      if (typeof got === 'number') return got;
      machine.bytes().set(got.bytes, to >>> 0);
      if (got.from) writeAddress(machine, from, got.from);
      return got.bytes.length;
    },
    socket_send(id: number, data: Pointer, size: number, to: Pointer) {
      const start = data >>> 0;
      const bytes = machine.bytes().slice(start, start + (size >>> 0));
      try {
        return at(id)?.send(bytes, to ? addressAt(machine, to) : undefined) ?? BAD;
      } catch (error) {
        return negative(error); // an address that the host takes for none: what is thrown into C ends it
      }
    },
    socket_resolve(
      op: Pointer,
      name: Pointer,
      port: number,
      family: number,
      passive: number,
      to: Pointer,
      room: number,
    ) {
      const host = name ? machine.name(name) : passive ? undefined : 'localhost';
      const give = (found: { address: string; family: number }[]) => {
        const own = found.slice(0, room);
        own.forEach((one, n) => writeAddress(machine, (to >>> 0) + n * ADDRESS_SIZE, { ...one, port }));
        return own.length;
      };
      const wanted = family === 0 ? 0 : family === IPV6 ? 6 : 4;
      if (host === undefined) {
        const all = [
          { address: '0.0.0.0', family: 4 },
          { address: '::', family: 6 },
        ];
        return give(all.filter((one) => !wanted || one.family === wanted));
      }
      return begin(op, (done, isPending) =>
        lookup(host, { all: true, family: wanted }, (error, found) => {
          // Given up, it has no place to write to.
          if (isPending()) done(error ? negative(error) : give(found));
        }),
      );
    },
  };
}
