// Owns: CawError, and errors on their way between C and JavaScript, both ways.
// Must not know: which call they came from.

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
    super(message, 'cause' in more ? { cause: more.cause } : undefined);
    this.type = type;
    this.code = 'CAW_' + type.replace(/([a-z])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3_$2$4').toUpperCase();
    if (more.errno) this.errno = more.errno;
    if (more.notes?.length) this.notes = more.notes;
    if (more.errors) this.errors = more.errors;
  }

  override get name(): string {
    return this.type;
  }
}

const DEPTH = 8;

/** A C error as JavaScript sees it: the very object if it came from JavaScript; else an error of the fitting class. */
export function errorOut(machine: Machine, error: Pointer, depth = 0): unknown {
  const { x } = machine;
  x.caw_error_read(error);
  const view = machine.view();
  const field = (index: number) => view.getUint32(machine.scratch + 4 * index, true);
  const [name, said, errno, cause, context, id] = [0, 1, 2, 3, 4, 5].map(field) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (id) return machine.handles.get(id);
  const type = machine.name(name);
  const message = machine.name(said);
  if (type === 'CancelledError') return new DOMException(message || 'the operation was cancelled', 'AbortError');
  if (type === 'TimeoutError') return new DOMException(message, 'TimeoutError');

  const list = <T>(at: (error: Pointer, index: number) => Pointer, read: (found: Pointer) => T): T[] => {
    const all: T[] = [];
    for (let found; (found = at(error, all.length) >>> 0);) all.push(read(found));
    return all;
  };
  const notes = list(x.caw_error_note_at, (note) => machine.name(note));
  const origin = cause || context;
  const deeper = (other: Pointer) => (depth < DEPTH ? errorOut(machine, other, depth + 1) : undefined);
  const children = list(x.caw_error_child_at, deeper);
  const out = new CawError(type, message, {
    errno,
    notes,
    ...(origin ? { cause: deeper(origin) } : {}),
    ...(children.length ? { errors: children } : {}),
  });
  const places = list(x.caw_error_place_at, (place) => {
    const [what, file, line] = [0, 4, 8].map((at) => machine.view().getUint32(place + at, true)) as [
      number,
      number,
      number,
    ];
    return `    at ${machine.name(what)} (${machine.name(file)}:${line})`;
  });
  const [head, ...rest] = (out.stack ?? '').split('\n    at ');
  out.stack = [[head, ...places].join('\n'), ...rest].join('\n    at ');
  return out;
}

/** Takes over a C error that a call left in scratch. */
export function takeError(machine: Machine): unknown {
  const error = machine.view().getUint32(machine.scratch + 8, true);
  const out = errorOut(machine, error);
  machine.x.caw_release(error);
  return out;
}

const kinds = { js: 0, cancelled: 1, timeout: 2, type: 16 } as const;

/** String(value), of anything: a value may throw even at that. */
export function describe(value: unknown): string {
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

const known = new WeakMap<Machine, string[]>();

/** The names of C's types, at their numbers; C is the one that has the list. */
function types(machine: Machine): string[] {
  let names = known.get(machine);
  if (!names) {
    known.set(machine, (names = ['']));
    for (let name; (name = machine.name(machine.x.caw_error_name(names.length)));) names.push(name);
  }
  return names;
}

/** Writes what JavaScript threw to scratch, for caw__js_failure of value.c. */
export function errorIn(machine: Machine, thrown: unknown): void {
  let kind: number = kinds.js;
  let errno = 0;
  let message = describe(thrown);
  if (thrown instanceof Error) {
    if (thrown.name === 'AbortError') kind = kinds.cancelled;
    else if (thrown.name === 'TimeoutError') kind = kinds.timeout;
    else if (thrown instanceof CawError) {
      const number = types(machine).indexOf(thrown.type);
      if (number > 0) kind = kinds.type + number;
      errno = thrown.errno ?? 0;
    }
    if (kind) message = thrown.message;
  }
  let text = { pointer: 0, size: 0 };
  let id = 0;
  try {
    text = machine.put(message);
    id = machine.handles.add(thrown);
  } catch {
    // No memory for the words: the error itself must still arrive.
  }
  const view = machine.view();
  const at = machine.scratch;
  view.setUint32(at, kind, true);
  view.setUint32(at + 4, errno, true);
  view.setUint32(at + 24, id, true);
  view.setUint32(at + 36, text.size, true);
  view.setUint32(at + 40, text.pointer, true);
}

/** How imports that fail tell C: it gets 0, and asks for the error next (js_error). */
export interface Failures {
  imports: WebAssembly.ModuleImports;
  /** Remembers what C can ask for. */
  fail(error: unknown): 0;
  /** Runs what may throw, and gives a new handle. */
  handle(make: () => unknown): number;
}

export function failures(machine: Machine): Failures {
  let kept: { error: unknown } | undefined;

  function fail(error: unknown): 0 {
    // A trap inside a call that JavaScript made for C: C must not go on as if nothing had been.
    if (machine.ended) throw error;
    kept = { error };
    return 0;
  }

  return {
    imports: {
      js_drop: (id: number) => machine.handles.drop(id),
      js_error() {
        const what = kept;
        kept = undefined;
        if (what) errorIn(machine, what.error);
        return what ? 1 : 0;
      },
      js_refuse: () => void fail(new CawError('MemoryError', 'out of memory')),
    },
    fail,
    handle(make) {
      try {
        const value = make();
        if (machine.ended) throw machine.ended; // by a trap that JavaScript in between has swallowed
        return machine.handles.add(value);
      } catch (error) {
        return fail(error);
      }
    },
  };
}
