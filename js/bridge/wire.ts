// Owns: how one value crosses: checked conversion to and from the wire of wasm/js/bridge.h.
// Must not know: who sends it.

import { apart, bytesOf } from '../base/bytes.ts';
import { draft, Draft } from './draft.ts';
import { CawError } from '../base/errors.ts';
import { what } from '../base/look.ts';
import type { Machine, Pointer } from '../base/machine.ts';
import { encoder } from '../base/text.ts';

/** The tags of caw_value, in C's order. */
const NONE = 0,
  BOOL = 1,
  INT32 = 2,
  INT64 = 3,
  DOUBLE = 4,
  STRING = 6,
  BYTES = 7,
  JS = 8;

/** The types that cross, by their letter in CAW__CODE: how an error and a .d.ts name them. */
export const NAMES: Readonly<Record<string, string>> = {
  v: 'void',
  d: 'number',
  f: 'number',
  '?': 'boolean',
  b: 'number',
  B: 'number',
  h: 'number',
  H: 'number',
  i: 'number',
  I: 'number',
  p: 'number',
  l: 'bigint',
  L: 'bigint',
  s: 'string',
  t: 'string',
  S: 'string',
  y: 'Uint8Array',
  j: 'unknown',
  a: 'unknown',
};

/** Integers of up to 32 bits: least and greatest. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  b: [-128, 127],
  B: [0, 255],
  h: [-32768, 32767],
  H: [0, 65535],
  i: [-2147483648, 2147483647],
  I: [0, 4294967295],
  p: [-2147483648, 4294967295], // a pointer, as Emscripten has it
};

export function mismatch(code: string, value: unknown): TypeError {
  const range = RANGES[code];
  const expected = range
    ? `an integer from ${range[0]} to ${range[1]}`
    : code === 'l' || code === 'L'
      ? 'a BigInt of 64 bits or a safe integer'
      : `a ${NAMES[code]}`;
  return new TypeError(`expected ${expected}, got ${what(value)}`);
}

/** A value as a number type, checked; anything else throws. */
export function toNumber(code: string, value: unknown): number {
  if (code === '?') {
    if (typeof value === 'boolean') return +value;
  } else if (typeof value === 'number') {
    const range = RANGES[code];
    if (!range || (Number.isInteger(value) && value >= range[0] && value <= range[1])) return value;
  }
  throw mismatch(code, value);
}

export function toBigInt(code: string, value: unknown): bigint {
  const big = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof big === 'bigint' && (code === 'l' ? BigInt.asIntN(64, big) : BigInt.asUintN(64, big)) === big) return big;
  throw mismatch(code, value);
}

/** Copies text or bytes to a string of C's. */
export function copyIn(machine: Machine, value: string | Uint8Array): { pointer: Pointer; size: number } {
  const bytes = typeof value === 'string' ? encoder.encode(value) : value;
  const pointer = draft(machine, bytes.length);
  machine.bytes().set(bytes, pointer);
  return { pointer, size: bytes.length };
}

/** Writes what was looked at to the wire. What goes along with it (bytes, a handle) is the reader's. */
export type Writer = (machine: Machine, wire: Pointer) => void;

/**
 * Looks at a value as `code` says, which may run the program's code, and gives what writes it: that runs none. Throws a mismatch.
 */
export function pack(machine: Machine, code: string, value: unknown): Writer {
  let tag = NONE;
  let data: string | Uint8Array | undefined;
  if (Draft.is(value)) return value.writer;
  if (code === 'a') {
    if (value === undefined || value === null) code = 'v';
    else if (typeof value === 'boolean') code = '?';
    else if (typeof value === 'number') code = 'd';
    else if (typeof value === 'string') code = 's';
    else if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) code = 'l';
    else code = (data = bytesOf(value)) ? 'y' : 'j';
  }
  if (code === 'S') data = String(value);
  else if (code === 's' || (code === 't' && typeof value === 'string')) {
    if (typeof value !== 'string') throw mismatch(code, value);
    data = value;
  } else if (code === 'y' || code === 't') {
    data ??= bytesOf(value);
    if (!data) throw mismatch(code, value);
    tag = BYTES;
  }
  if (data !== undefined) {
    const bytes = typeof data === 'string' ? data : apart(machine, data);
    tag ||= STRING;
    return (machine, wire) => {
      const { pointer, size } = copyIn(machine, bytes);
      const view = machine.view();
      view.setUint32(wire, tag, true);
      view.setUint32(wire + 4, size, true);
      view.setUint32(wire + 8, pointer, true);
    };
  }
  const number =
    code === 'l' || code === 'L' ? toBigInt(code, value) : code === 'j' || code === 'v' ? 0 : toNumber(code, value);
  return (machine, wire) => {
    const view = machine.view();
    if (code === 'j') {
      view.setUint32(wire + 8, machine.handles.add(value), true);
      tag = JS;
    } else if (typeof number === 'bigint') {
      view.setBigInt64(wire + 8, number, true);
      tag = INT64;
    } else if (code === 'd' || code === 'f') {
      view.setFloat64(wire + 8, number, true);
      tag = DOUBLE;
    } else if (code !== 'v') {
      view.setInt32(wire + 4, number, true);
      tag = code === '?' ? BOOL : INT32;
    }
    view.setUint32(wire, tag, true);
  };
}

/** Reads a caw_value on the wire; bytes are copied. */
export function get(machine: Machine, wire: Pointer): unknown {
  const view = machine.view();
  const word = view.getInt32(wire + 4, true);
  const payload = view.getUint32(wire + 8, true);
  switch (view.getUint32(wire, true)) {
    case NONE:
      return undefined;
    case BOOL:
      return word !== 0;
    case INT32:
      return word;
    case INT64:
      return view.getBigInt64(wire + 8, true);
    case DOUBLE:
      return view.getFloat64(wire + 8, true);
    case STRING:
      return machine.text(payload, word);
    case BYTES:
      return machine.bytes().slice(payload, payload + word);
    case JS:
      return machine.handles.get(payload);
    default:
      throw new CawError('TypeError', 'a C pointer has no JavaScript value');
  }
}

/** Reads what the module left in scratch (caw__wire_load): a function for each type, by its letter. */
export type Reader = (machine: Machine) => unknown;

const word: Reader = (machine) => machine.view().getUint32(machine.scratch + 8, true);
const value: Reader = (machine) => get(machine, machine.scratch);

export const READERS: Readonly<Record<string, Reader>> = {
  v: () => undefined,
  d: (machine) => machine.view().getFloat64(machine.scratch + 8, true),
  f: (machine) => machine.view().getFloat32(machine.scratch + 8, true),
  l: (machine) => machine.view().getBigInt64(machine.scratch + 8, true),
  L: (machine) => machine.view().getBigUint64(machine.scratch + 8, true),
  i: (machine) => machine.view().getInt32(machine.scratch + 8, true),
  I: word,
  h: (machine) => machine.view().getInt16(machine.scratch + 8, true),
  H: (machine) => machine.view().getUint16(machine.scratch + 8, true),
  b: (machine) => machine.view().getInt8(machine.scratch + 8),
  B: (machine) => machine.view().getUint8(machine.scratch + 8),
  '?': (machine) => machine.view().getUint8(machine.scratch + 8) !== 0,
  s: (machine) => machine.name(word(machine) as number),
  t: value,
  j: value,
  a: value,
};
