// Owns: interrupting CAW_MAIN, as Ctrl-C does in asyncio: the call that is cancelled, what it is then rejected with.
// Must not know: where an interrupt comes from, but for the signal that load() was given.

import type { Call, Calls, Canceller } from './calls.ts';
import { field } from './look.ts';

export interface Interruption extends Canceller {
  /** Cancels the main task; false: there is none any more, or it was interrupted before. */
  interrupt(why: unknown): boolean;
  remove(call?: Call): void;
}

export function interruption(cancel: Calls['cancel'], signal: AbortSignal | undefined): Interruption {
  let main: Call | undefined;
  let reason: { why: unknown } | undefined;
  let again = false;

  function interrupt(why: unknown): boolean {
    again = !main || reason !== undefined;
    if (again) return false;
    reason = { why };
    cancel(main!);
    return true;
  }
  const abort = () => reason ?? interrupt(signal!.reason);

  return {
    interrupt,
    add(call) {
      main = call;
      signal?.addEventListener('abort', abort);
      if (signal?.aborted) abort(); // by the main task itself, through JavaScript that it called
    },
    remove() {
      main = undefined;
      signal?.removeEventListener('abort', abort);
    },
    // Rule 44: unless somebody else has cancelled it, too; the end of the instance does.
    reason: (error, cancels) =>
      reason && (cancels === 1 || again) && field(error, 'name') === 'AbortError' ? reason.why : error,
  };
}
