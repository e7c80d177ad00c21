// Owns: interrupting CAW_MAIN, as Ctrl-C does in asyncio: the call that is cancelled, what it is then rejected with.
// Must not know: where an interrupt comes from, but for the signal that load() was given.

import type { Call, Calls, Canceller } from '../bridge/calls.ts';
import type { field } from '../base/look.ts';
import type { Machine } from '../base/machine.ts';

export interface Interruption extends Canceller {
  /** Cancels the main task; false: there is none any more, or it was interrupted before. */
  interrupt(why: unknown): boolean;
  remove(call?: Call): void;
  /** What CAW_MAIN has come to is still to be told. */
  pending(): boolean;
}

export function interruption(
  machine: Machine,
  cancel: Calls['cancel'],
  signal: AbortSignal | undefined,
  look: typeof field, // given: the first script has it, and is one file as long as others share nothing of it
): Interruption {
  let main: Call | undefined;
  let reason: { why: unknown } | undefined;
  let again = false;
  let pending = false;

  function interrupt(why: unknown): boolean {
    again = !main || reason !== undefined;
    if (again) return false;
    reason = { why };
    cancel(main!);
    return true;
  }
  const abort = () => reason ?? interrupt(look(signal, 'reason'));

  // What a signal does that is none must not come between C and those who wait.
  function listen(how: 'addEventListener' | 'removeEventListener'): void {
    try {
      signal?.[how]('abort', abort);
    } catch (error) {
      const why = look(error, 'message');
      machine.report(`cawait: the signal of load() cannot be listened to: ${typeof why === 'string' ? why : '?'}`, 2);
    }
  }

  function remove(call?: Call): void {
    if (call) pending = false;
    main = undefined;
    listen('removeEventListener');
  }

  const { cancelled } = machine;
  machine.mainOver = (closing) => {
    remove();
    machine.cancelled = closing ? `${cancelled}: CAW_MAIN has ended` : cancelled;
  };

  return {
    interrupt,
    pending: () => pending,
    add(call) {
      main = call;
      pending = true;
      listen('addEventListener');
      if (look(signal, 'aborted')) abort(); // by the main task itself, through JavaScript that it called
    },
    remove,
    // Rule 44: unless somebody else has cancelled it, too; the end of the instance does.
    reason: (error, cancels) =>
      reason && (cancels === 1 || again) && look(error, 'name') === 'AbortError' ? reason.why : error,
  };
}
