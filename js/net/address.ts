// Owns: addresses between C's struct (src/include/cawait/address.h) and Node's text.
// Must not know: sockets.

import type { Machine, Pointer } from '../base/machine.ts';

/** As in address.h. */
export const IPV4 = 1,
  IPV6 = 2;

export interface Address {
  /** 4 or 6. */
  family: number;
  address: string;
  port: number;
}

/** Where its parts are. */
const PORT = 2,
  SCOPE = 4,
  BYTES = 8,
  SIZE = 24;
export const ADDRESS_SIZE = SIZE;

export function addressAt(machine: Machine, at: Pointer): Address {
  at >>>= 0;
  const view = machine.view();
  const port = view.getUint16(at + PORT, true);
  const bytes = machine.bytes().subarray(at + BYTES, at + SIZE);
  if (view.getUint8(at) === IPV4) return { family: 4, address: bytes.subarray(0, 4).join('.'), port };
  const groups = Array.from({ length: 8 }, (_, n) => ((bytes[2 * n]! << 8) | bytes[2 * n + 1]!).toString(16));
  const scope = view.getUint32(at + SCOPE, true);
  return { family: 6, address: groups.join(':') + (scope ? `%${scope}` : ''), port };
}

function bytesOf(text: string, family: number): number[] {
  if (family === 4) return text.split('.').map(Number);
  const [head = '', tail] = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, mapped).split('::');
  const groups = (part: string) => (part ? part.split(':').map((group) => parseInt(group, 16)) : []);
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = Array<number>(8 - before.length - after.length).fill(0);
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 255]);
}

/** The end of ::ffff:10.0.0.1 as two groups. */
function mapped(_all: string, ...parts: string[]): string {
  const [a, b, c, d] = parts.map(Number) as [number, number, number, number];
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** Writes it; a zone that is a name is not known by number, and left out. NULL: nobody asks. */
export function writeAddress(machine: Machine, at: Pointer, { family, address, port }: Address): void {
  at >>>= 0;
  if (!at) return;
  const [text = '', zone = ''] = address.split('%');
  const view = machine.view();
  machine.bytes().fill(0, at, at + SIZE);
  view.setUint8(at, family === 4 ? IPV4 : IPV6);
  view.setUint16(at + PORT, port, true);
  view.setUint32(at + SCOPE, Number(zone) || 0, true);
  machine.bytes().set(bytesOf(text, family), at + BYTES);
}

/** Of what Node says of one end: `family` may be 'IPv4' or 4. Undefined: it has no address now. */
export function addressOf(address?: string, port?: number, family?: string | number): Address | undefined {
  if (!address) return undefined;
  return { address, port: port ?? 0, family: String(family).endsWith('6') || address.includes(':') ? 6 : 4 };
}
