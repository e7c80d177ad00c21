// Owns: a directory as it is read: what was in it when that began, so that a program may remove what it has read and goes on reading.
// Must not know: where directories are (disk.ts, preopens.ts).

import type { Machine, Pointer } from '../base/machine.ts';

/** A name in a directory, as WASI's dirent; `type` is a file type of WASI's. */
export interface Entry {
  readonly name: Uint8Array;
  readonly number: bigint;
  readonly type: number;
}

const HEAD = 24; // bytes before the name

/** Entries from the `cookie`th on, as many as there is room for. The last may be cut: the C library asks for it again, with more room. */
export function give(
  machine: Machine,
  entries: readonly Entry[],
  buffer: Pointer,
  room: number,
  cookie: bigint,
  out: Pointer,
): void {
  let used = 0;
  for (let n = Number(cookie); n < entries.length && used < room; n++) {
    const { name, number, type } = entries[n]!;
    const bytes = new Uint8Array(HEAD + name.length);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt(n + 1), true);
    view.setBigUint64(8, number, true);
    view.setUint32(16, name.length, true);
    view.setUint8(20, type);
    bytes.set(name, HEAD);
    const part = bytes.subarray(0, room - used);
    machine.bytes().set(part, buffer + used);
    used += part.length;
  }
  machine.view().setUint32(out, used, true);
}

/** What somebody else has written there, of `used` bytes, without one that is cut; and the cookie of what is behind. */
export function take(machine: Machine, buffer: Pointer, used: number): { entries: Entry[]; next: bigint } {
  const view = machine.view();
  const entries: Entry[] = [];
  let next = 0n;
  for (let at = buffer, end = buffer + used; at + HEAD <= end;) {
    const length = view.getUint32(at + 16, true);
    const name = at + HEAD;
    if (name + length > end) break;
    entries.push({
      name: machine.bytes().slice(name, name + length),
      number: view.getBigUint64(at + 8, true),
      type: view.getUint8(at + 20),
    });
    next = view.getBigUint64(at, true);
    at = name + length;
  }
  return { entries, next };
}
