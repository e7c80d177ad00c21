// Owns: errors of JavaScript on their way into C: what imports leave for it to ask for, and how it reads them.
// Must not know: the way out (errors.ts). Its other half is in wasm/js/value.c. Loaded only for modules with imports that can fail.

import { BRAND, CawError } from '../base/errors.ts';
import { describe, field } from '../base/look.ts';
import type { Machine } from '../base/machine.ts';
import { copyIn } from './wire.ts';

const kinds = { js: 0, cancelled: 1, timeout: 2, type: 16 } as const;

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

/** What was thrown, looked at. */
export interface Thrown {
  readonly value: unknown;
  readonly kind: number;
  readonly errno: number;
  readonly message: string;
}

/**
 * Looks at what JavaScript threw, whatever it is: this may run the program's code. An error is known by its name and message, not by
 * its class: it may be of another realm, or of another copy of this package.
 */
export function look(machine: Machine, value: unknown): Thrown {
  const name = field(value, 'name');
  const errno = field(value, 'errno');
  field(value, 'stack'); // C may be on it: until it is made a text it holds the module's memory, for V8
  let kind: number = kinds.js;
  if (name === 'AbortError') kind = kinds.cancelled;
  else if (name === 'TimeoutError') kind = kinds.timeout;
  else if (field(value, BRAND) && !machine.ended) {
    const number = types(machine).indexOf(describe(field(value, 'type')));
    if (number > 0) kind = kinds.type + number;
  }
  return {
    value,
    kind,
    errno: kind >= kinds.type && typeof errno === 'number' ? errno : 0,
    message: describe(kind ? field(value, 'message') : value),
  };
}

/** Writes it to scratch, for caw__js_failure of value.c. Runs none of the program's code. */
export function errorIn(machine: Machine, { value, kind, errno, message }: Thrown): void {
  // No memory for the words, or no room for the object: the error must still arrive.
  const have = <T>(make: () => T, instead: T): T => {
    try {
      return make();
    } catch {
      return instead;
    }
  };
  const id = have(() => machine.handles.add(value), 0);
  const text = have(() => copyIn(machine, message), { pointer: 0, size: 0 });
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

/** Calls JavaScript of the program's in the async context of the task that runs. */
export function inside<T>(machine: Machine, call: () => T): T {
  return machine.within ? machine.within(call) : call();
}

/** What will be aborted in the async context of the task that runs now. */
export function bound(machine: Machine, controller: { abort(): void }): { abort(): void } {
  return machine.bound ? { abort: machine.bound(() => controller.abort()) } : controller;
}

export function failures(machine: Machine): Failures {
  let kept: Thrown | undefined;

  function fail(error: unknown): 0 {
    const seen = look(machine, error);
    // A trap inside a call that JavaScript made for C: C must not go on as if nothing had been.
    if (machine.ended) throw error;
    kept = seen;
    return 0;
  }

  return {
    imports: {
      js_drop: (id: number) => machine.handles.drop(id),
      js_error() {
        const what = kept;
        kept = undefined;
        if (what) errorIn(machine, what);
        return what ? 1 : 0;
      },
      js_refuse: () => void fail(new CawError('MemoryError', 'out of memory')),
    },
    fail,
    handle(make) {
      try {
        const value = inside(machine, make);
        if (machine.ended) throw machine.ended; // by a trap that JavaScript in between has swallowed
        return machine.handles.add(value);
      } catch (error) {
        return fail(error);
      }
    },
  };
}
