// Owns: CawError, and errors of C on their way out to JavaScript.
// Must not know: which call they came from, or their way in (failures.ts).

import type { Machine, Pointer } from './machine.ts';

/** An error of a C program, or of the bridge itself. */
export class CawError extends Error {
  /** Python's name of the type: 'ValueError'. */
  readonly type: string;
  /** The C name of the type: 'CAW_VALUE_ERROR'. */
  readonly code: string;
  /** The C library's errno, of an OSError. */
  declare readonly errno?: number;
  declare readonly notes?: readonly string[];
  /** The errors of a group. */
  declare readonly errors?: readonly unknown[];

  constructor(
    type: string,
    message: string,
    more: Partial<Pick<CawError, 'errno' | 'notes' | 'errors' | 'cause'>> = {},
  ) {
    super(message, more);
    this.type = type;
    this.code = 'CAW_' + type.replace(/\B[A-Z][a-z]/g, '_$&').toUpperCase();
    if (more.errno) this.errno = more.errno;
    if (more.notes?.length) this.notes = more.notes;
    if (more.errors) this.errors = more.errors;
  }

  override get name(): string {
    return this.type;
  }
}

const DEPTH = 8;

/** What caw_error_part has lists of, as in wasm/js/export.c. */
const NOTE = 0,
  CHILD = 1,
  PLACE = 2;

/** A C error as JavaScript sees it: the very object if it came from JavaScript; else an error of the fitting class. */
function errorOut(machine: Machine, error: Pointer, depth = 0): unknown {
  const { x } = machine;
  x.caw_error_read(error);
  const field = (index: number) => machine.word(machine.scratch + 4 * index);
  const id = field(5);
  if (id) return machine.handles.get(id);
  const type = machine.name(field(0));
  const message = machine.name(field(1));
  const errno = field(2);
  const origin = field(3) || field(4);
  if (type === 'CancelledError') return new DOMException(message || 'the operation was cancelled', 'AbortError');
  if (type === 'TimeoutError') return new DOMException(message, 'TimeoutError');

  const deeper = (other: Pointer) => (depth < DEPTH ? errorOut(machine, other, depth + 1) : undefined);
  const list = <T>(what: number, read: (part: Pointer) => T): T[] => {
    const all: T[] = [];
    for (let part; (part = x.caw_error_part(error, all.length, what) >>> 0);) all.push(read(part));
    return all;
  };
  const notes = list(NOTE, (note) => machine.name(note));
  const errors = list(CHILD, deeper);
  const out = new CawError(type, message, {
    errno,
    notes,
    ...(origin && { cause: deeper(origin) }),
    ...(errors.length && { errors }),
  });
  const places = list(PLACE, (place) => {
    const name = (at: Pointer) => machine.name(machine.word(at));
    return `    at ${name(place)} (${name(place + 4)}:${machine.word(place + 8)})`;
  });
  const [head, ...rest] = (out.stack ?? '').split('\n    at ');
  out.stack = [[head, ...places].join('\n'), ...rest].join('\n    at ');
  return out;
}

/** Takes over a C error that a call left in scratch. */
export function takeError(machine: Machine): unknown {
  const error = machine.word(machine.scratch + 8);
  const out = errorOut(machine, error);
  machine.x.caw_release(error);
  return out;
}
