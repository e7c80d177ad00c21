// Owns: what crosses in many numbers: structs of C as plain objects, runs of numbers as typed arrays.
// Must not know: the calls that take and give them (exports.ts). Its other halves are wasm/include/cawait/struct.h and wasm/js/compound.c.
// Loaded only for modules whose functions have some.

import { bytesOf, tagOf } from '../base/bytes.ts';
import { CawError } from '../base/errors.ts';
import { describe, field, what } from '../base/look.ts';
import { messageOf } from '../base/thrown.ts';
import type { Machine, Pointer } from '../base/machine.ts';
import { READERS, toBigInt, toNumber, type Reader } from './wire.ts';

/** In the order of CAW__ARRAY_CODES. */
const ARRAYS = [
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float32Array,
  Float64Array,
] as const;

const isArray = (code: string): boolean => code >= '0' && code <= '9';

/** A struct, or an array, that a function takes or gives. */
export interface Compound {
  /** How an error and a .d.ts name it. */
  readonly name: string;
  readonly read: Reader;
  /** Of an array: the bytes of a value. */
  bytes?(value: unknown): Uint8Array;
  /** Of a struct: looks at a value, which may run the program's code. */
  look?(value: unknown): Packed;
  readonly fields?: readonly Field[];
}

export interface Field {
  readonly name: string;
  readonly code: string;
  readonly offset: number;
  readonly type: Compound | undefined;
}

/** What was seen of an object; writing it runs nothing of the program's. */
export class Packed {
  readonly size: number;
  private readonly numbers: readonly (readonly [string, number, number | bigint])[];

  constructor(size: number, numbers: Packed['numbers']) {
    this.size = size;
    this.numbers = numbers;
  }

  write(machine: Machine, at: Pointer): void {
    const view = machine.view();
    machine.bytes().fill(0, at, at + this.size);
    for (const [code, offset, value] of this.numbers) put(view, code, at + offset, value as never);
  }
}

function put(view: DataView, code: string, at: number, value: never): void {
  if (code === 'd') view.setFloat64(at, value, true);
  else if (code === 'f') view.setFloat32(at, value, true);
  else if (code === 'l' || code === 'L') view.setBigInt64(at, value, true);
  else if (code === 'i' || code === 'I') view.setInt32(at, value, true);
  else if (code === 'h' || code === 'H') view.setInt16(at, value, true);
  else view.setInt8(at, value);
}

type Item = Packed['numbers'][number];

const { keys } = Object;

/** The numbers in an object, by where they stand. Throws a TypeError that names the field. */
function look({ name, fields }: Struct, value: unknown, base: number, path: string, out: Item[]): void {
  const at = path && `field ${path}: `;
  if (typeof value !== 'object' || value === null)
    throw new TypeError(`${at}expected an object (${name}), got ${what(value)}`);
  const named = (field: string) => (path ? `${path}.${field}` : field);
  for (const { name: key, code, offset, type } of fields) {
    let item;
    try {
      item = (value as Record<string, unknown>)[key];
    } catch (error) {
      throw new TypeError(`field ${named(key)}: reading it threw ${describe(error)}`, { cause: error });
    }
    if (item === undefined) throw new TypeError(`field ${named(key)} is missing, or undefined`);
    if (type) look(type as Struct, item, base + offset, named(key), out);
    else
      try {
        out.push([code, base + offset, code === 'l' || code === 'L' ? toBigInt(code, item) : toNumber(code, item)]);
      } catch (error) {
        throw new TypeError(`field ${named(key)}: ${messageOf(error)}`);
      }
  }
  let own: string[];
  try {
    own = keys(value);
  } catch (error) {
    throw new TypeError(`${at}its fields cannot be read: ${describe(error)}`, { cause: error });
  }
  const more = own.find((key) => !fields.some((field) => field.name === key));
  if (more !== undefined)
    throw new TypeError(
      `${named(more)} is no field of ${name}, which has ${fields.map((field) => field.name).join(', ')}`,
    );
}

/** What READERS read of scratch, of any place. */
function get(machine: Machine, code: string, at: Pointer): unknown {
  return READERS[code]!({ view: () => machine.view(), scratch: at - 8 } as Machine);
}

type Struct = Compound & { readonly fields: readonly Field[]; readonly size: number };

function object(machine: Machine, { fields }: Struct, at: Pointer): unknown {
  const pairs = fields.map(({ name, code, offset, type }) => [
    name,
    type ? object(machine, type as Struct, at + offset) : get(machine, code, at + offset),
  ]);
  return Object.fromEntries(pairs);
}

/** Reads a caw__struct. */
function structAt(machine: Machine, at: Pointer): Struct {
  const names = machine
    .name(machine.word(at + 4))
    .split(',')
    .slice(0, -1);
  const fields = names.map((name, n) => {
    const place = at + 12 + 12 * n;
    const type = machine.word(place + 8);
    return {
      name,
      code: String.fromCharCode(machine.word(place)),
      offset: machine.word(place + 4),
      type: type ? structAt(machine, type) : undefined,
    };
  });
  const size = machine.word(at + 8);
  const self: Struct = {
    name: machine.name(machine.word(at)).replace(/^\w+ /, ''),
    fields,
    size,
    read: (machine) => object(machine, self, machine.word(machine.scratch + 8)),
    look(value) {
      const numbers: Item[] = [];
      look(self, value, 0, '', numbers);
      return new Packed(size, numbers);
    },
  };
  return self;
}

const arrays = ARRAYS.map((Type): Compound => {
  const { name } = Type;
  return {
    name,
    bytes(value) {
      if (tagOf(value) !== name) throw new TypeError(`expected a ${name}, got ${what(value)}`);
      return bytesOf(value)!;
    },
    read(machine) {
      const at = machine.word(machine.scratch + 8);
      if (!machine.word(machine.scratch)) throw new CawError('MemoryError', 'the function gave no array: NULL');
      return new Type(machine.bytes().slice(at, at + machine.word(machine.scratch + 4)).buffer);
    },
  };
});

/** The structs and arrays of the function that was described last: of each of its codes. */
export function compounds(machine: Machine, codes: string): (Compound | undefined)[] {
  let at = machine.x.caw_compounds!() >>> 0;
  return [...codes].map((code) => {
    if (code !== 'o' && !isArray(code)) return undefined;
    const type = isArray(code) ? arrays[+code]! : structAt(machine, machine.word(at));
    at += 4;
    return type;
  });
}

/** The arguments with what was seen of those that are structs. */
export const lookAt = (
  args: readonly unknown[],
  types: readonly (Compound | undefined)[],
  wrong: (n: number, error: unknown) => TypeError,
): unknown[] =>
  args.map((value, n) => {
    if (!types[n]?.look) return value;
    try {
      return types[n].look(value);
    } catch (error) {
      throw Object.assign(wrong(n, error), field(error, 'cause') && { cause: (error as Error).cause });
    }
  });

const aligned = (at: Pointer, to: number): Pointer => ((at + to - 1) & -to) >>> 0;

/** Writes them where a call's arguments are, and to `wire` where each stands; gives what is behind. */
export function writeStructs(
  machine: Machine,
  args: readonly unknown[],
  wire: (number | bigint)[],
  place: Pointer,
): Pointer {
  args.forEach((packed, n) => {
    if (!(packed instanceof Packed)) return;
    wire[n] = place = aligned(place, 8);
    packed.write(machine, place);
    place += packed.size;
  });
  return aligned(place, 4);
}
