// Owns: the end of an instance: who is told, what is let go of; what it ends with that has trapped.
// Must not know: who ends it, or what else it may end with.

import { CawError } from '../base/errors.ts';
import { describe, field } from '../base/look.ts';
import type { Machine } from '../base/machine.ts';

function trap(error: unknown): CawError {
  field(error, 'stack'); // as text it does not hold the memory
  return new CawError(
    'Trap',
    `the module trapped (${describe(error)}) and cannot be used any more: load it again; its C function names are in the cause's stack`,
    { cause: error },
  );
}

// Taken before anybody replaces it.
const settled = Promise.resolve();

/** The ends of a Machine. */
export function ending(machine: Machine): Pick<Machine, 'end' | 'failed'> {
  let telling = false;
  let over = false;
  let full = false;
  let trapped: CawError | undefined;
  let later: Promise<void> | undefined;

  function end(why: unknown): void {
    if (telling || over) return;
    machine.ended = why;
    telling = true;
    try {
      for (const tell of machine.onEnd) tell(why);
      over = true;
    } finally {
      telling = false;
    }
    // Nobody comes here any more: whoever still holds an App, a function or an error does not hold the memory.
    machine.onEnd.length = 0;
    machine.forget();
  }

  function failed(error: unknown): unknown {
    if (telling || over) return machine.ended;
    // Nobody enters from here on, though a stack that is full, which may be what it trapped with, has no room for the rest.
    machine.ended ||= error || true;
    machine.forget();
    try {
      machine.ended = trapped ??= trap(error);
      const name = field(error, 'name');
      full ||= name === 'RangeError' || name === 'InternalError'; // Firefox's
    } catch {
      full = true;
    }
    if (!full) tell();
    else later ??= settled.then(tell); // to reject promises there would come between the host and its own
    return machine.ended;

    function tell(): void {
      if (over) return;
      end((trapped ??= trap(error)));
      machine.report(`cawait: ${trapped.message}`, 2);
    }
  }

  return { end, failed };
}
