// Owns: an AbortSignal that calls were given: its one listener, the reason that they are rejected with.
// Must not know: how a call is made or cancelled (calls.ts).

import type { Call, Calls, Canceller } from './calls.ts';
import { field } from '../base/look.ts';

export class Signal implements Canceller {
  private readonly waiting = new Set<Call>();
  readonly signal: AbortSignal;
  private readonly cancel: Calls['cancel'];

  constructor(signal: AbortSignal, cancel: Calls['cancel']) {
    this.signal = signal;
    this.cancel = cancel;
  }

  // One listener, however many calls: Node warns of a leak from the eleventh on.
  private readonly abort = (): void => this.waiting.forEach(this.cancel);

  /** Throws what the signal does if it cannot be listened to: a Proxy of one, or what only looks like one. Before C is entered. */
  check(): void {
    this.signal.addEventListener('abort', this.abort);
    this.signal.removeEventListener('abort', this.abort);
  }

  // What it does later comes between C and those who wait: it must not throw.
  private listen(how: 'addEventListener' | 'removeEventListener'): void {
    try {
      this.signal[how]('abort', this.abort);
    } catch {
      // it has changed since check()
    }
  }

  add(call: Call): void {
    if (field(this.signal, 'aborted')) return this.cancel(call); // by the body itself, through JavaScript that it called
    if (!this.waiting.size) this.listen('addEventListener');
    this.waiting.add(call);
  }

  remove(call: Call): void {
    if (this.waiting.delete(call) && !this.waiting.size) this.listen('removeEventListener');
  }

  /** A call that was cancelled by its signal is rejected with what the signal says. */
  reason(error: unknown): unknown {
    if (!field(this.signal, 'aborted') || field(error, 'name') !== 'AbortError') return error;
    try {
      return this.signal.reason;
    } catch {
      return error;
    }
  }
}
