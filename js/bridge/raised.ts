// Owns: errors of C on their way out to JavaScript.
// Must not know: which call they came from, or their way in (failures.ts). Its other half is in wasm/js/export.c.

import { CawError, type ErrorType } from '../base/errors.ts';
import type { Machine, Pointer } from '../base/machine.ts';

const DEPTH = 1000; // of causes and groups: further ones are left out, and the last says so

/** What caw_error_part has lists of, as in wasm/js/export.c. */
const NOTE = 0,
  CHILD = 1,
  PLACE = 2;

/** Puts the C functions that an error went through on top of its stack. */
function trace(out: Error, places: string[]): void {
  const { stack = '' } = out; // whatever Error.prepareStackTrace makes of it; Bun's DOMException has none
  if (!places.length || typeof stack !== 'string') return;
  // V8 begins with the error itself, Bun with that of its class, the others with the first frame.
  const frames = stack.indexOf('\n    at ');
  const head = frames >= 0 || !stack || stack.startsWith(out.name) ? `${out}\n` : '';
  const rest = frames >= 0 ? stack.slice(frames) : head ? '' : `\n${stack}`;
  const text = places.map((place) => `    at ${place}`).join('\n');
  Object.defineProperty(out, 'stack', { value: head + text + rest, writable: true, configurable: true });
}

/** An AbortError or a TimeoutError. */
function domError(message: string, name: string): Error {
  // A worklet has none.
  return globalThis.DOMException ? new DOMException(message, name) : Object.assign(new Error(message), { name });
}

/** A C error as JavaScript sees it: the very object if it came from JavaScript; else an error of the fitting class. */
function errorOut(machine: Machine, error: Pointer, depth = 0): unknown {
  const { x } = machine;
  x.caw_error(error);
  const field = (index: number) => machine.word(machine.scratch + 4 * index);
  const id = field(5);
  if (id) return machine.handles.get(id);
  const type = machine.name(field(0));
  const message = machine.name(field(1));
  const errno = field(2);
  const origin = field(3) || field(4);
  const list = <T>(what: number, read: (part: Pointer) => T): T[] => {
    const all: T[] = [];
    for (let part; (part = x.caw_error_part(error, all.length, what) >>> 0);) all.push(read(part));
    return all;
  };
  const places = list(PLACE, (place) => {
    const name = (at: Pointer) => machine.name(machine.word(at));
    return `${name(place)} (${name(place + 4)}:${machine.word(place + 8)})`;
  });
  const deeper = (other: Pointer) =>
    depth < DEPTH
      ? errorOut(machine, other, depth + 1)
      : new CawError('RuntimeError', `the errors behind this one are left out: more than ${DEPTH}`);
  let out: Error;
  if (type === 'CancelledError') out = domError(message || machine.cancelled, 'AbortError');
  else if (type === 'TimeoutError') out = domError(message, 'TimeoutError');
  else {
    const errors = list(CHILD, deeper);
    const notes = list(NOTE, (note) => machine.name(note));
    const cause = origin ? { cause: deeper(origin) } : {};
    out = new CawError(type as ErrorType, message, { errno, notes, ...cause, ...(errors.length && { errors }) });
  }
  try {
    trace(out, places);
  } catch {
    // Error.prepareStackTrace is the program's own.
  }
  return out;
}

/** Takes over a C error that a call left in scratch. */
export function takeError(machine: Machine): unknown {
  const error = machine.word(machine.scratch + 8);
  try {
    return errorOut(machine, error);
  } finally {
    machine.x.caw_release(error);
  }
}
