// Owns: errors of JavaScript on their way into C: what imports leave for it to ask for, and how it reads them.
// Must not know: the way out (errors.ts). Its other half is in wasm/js/value.c. Loaded only for modules with imports that can fail.

import { CawError } from './errors.ts';
import type { Machine } from './machine.ts';
import { copyIn } from './wire.ts';

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
    text = copyIn(machine, message);
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
