// Owns: Emscripten programs whose C is suspended as a whole (emscripten_sleep and its like, by Asyncify or JSPI): which of that cannot be
// beside the loop, and is refused before it overwrites memory: inside an entry of ours; and calls that go on in an order that C's one stack
// does not allow.
// Must not know: what suspends, or why. wasm/emscripten/libcawait.js puts it between that and Emscripten.

import { field } from './base/look.ts';
import type { Exports } from './base/machine.ts';

/** A call that is suspended: where C's stack was. */
interface Suspended {
  readonly stack: number;
}

const INSIDE =
  'cawait: an async function, or what it calls, cannot suspend C as a whole, as emscripten_sleep does: CAW_AWAIT(caw_sleep(seconds)), or a promise';
const ORDER =
  'cawait: two calls are suspended, and C has one stack: the one that goes on would overwrite what the other has there. ' +
  'Let one end before the other is suspended, or make them async functions';

/** `stack`: C's, where it is now. `abort`: as C's; it throws. */
export function suspension(stack: () => number, abort: (why: string) => never) {
  let inside = 0;
  const suspended: Suspended[] = [];

  return {
    /** The same, and known to be inside while they run. */
    entries: (exports: Exports): Exports =>
      Object.fromEntries(
        Object.entries(exports).map(([name, entry]) => [
          name,
          typeof entry !== 'function'
            ? entry
            : (...args: unknown[]) => {
                inside++;
                try {
                  return (entry as (...args: unknown[]) => unknown)(...args);
                } finally {
                  inside--;
                }
              },
        ]),
      ) as unknown as Exports,

    /** What a trap says: engines do not even ask JSPI's import where there is nothing that could be suspended. */
    explained: (error: unknown): unknown =>
      field(error, 'name') === 'SuspendError' ? new Error(INSIDE, { cause: error }) : error,

    /** Asyncify is about to suspend C. `busy`: it has another call that is suspended, and room for one. */
    begins(busy: boolean): void {
      if (inside) abort(INSIDE);
      if (busy) abort(ORDER);
    },

    /** An import by which JSPI suspends C. */
    suspends<Args extends unknown[]>(original: (...args: Args) => unknown) {
      const held = async (...args: Args): Promise<unknown> => {
        const own = { stack: stack() };
        suspended.push(own);
        try {
          return await original(...args);
        } finally {
          const place = suspended.indexOf(own);
          const later = suspended.slice(place + 1);
          suspended.splice(place, 1);
          if (later.some((other) => other.stack < own.stack)) abort(ORDER);
        }
      };
      return (...args: Args) => (inside ? abort(INSIDE) : held(...args));
    },
  };
}
