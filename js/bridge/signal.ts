// Owns: an AbortSignal that calls were given: its one listener, the reason that they are rejected with.
// Must not know: how a call is made or cancelled (calls.ts).

import type { Call, Calls, Canceller } from './calls.ts';
import { field } from '../base/look.ts';

/*
 * No Map or Set has calls come and go: after a major collection each table that one outgrows keeps the next, for V8, with all that was
 * in it, and an entry of a WeakMap its value. Minor collections took 4 ms instead of 0.4, and a call twice its time.
 */

/** What is known of signals while calls wait with them: taken out by the last. */
export type Signals = WeakMap<AbortSignal, Signal>;

/** Of a signal that a call is given. Throws what it does if it cannot be listened to: a Proxy of one, or what only looks like one. */
export function signalOf(signals: Signals, signal: AbortSignal, cancel: Calls['cancel']): Signal {
  const known = signals.get(signal) ?? new Signal(signals, signal, cancel);
  known.listen();
  return known;
}

export class Signal implements Canceller {
  /** In the order of their beginning; undefined: it has ended. */
  private waiting: (Call | undefined)[] = [];
  private count = 0;
  private listening = false;
  private readonly signals: Signals;
  readonly signal: AbortSignal;
  private readonly cancel: Calls['cancel'];

  constructor(signals: Signals, signal: AbortSignal, cancel: Calls['cancel']) {
    this.signals = signals;
    this.signal = signal;
    this.cancel = cancel;
  }

  // One listener, however many calls: Node warns of a leak from the eleventh on. One may end by the cancelling of another.
  private readonly abort = (): void => {
    for (const call of [...this.waiting]) if (call && this.waiting[call.at] === call) this.cancel(call);
  };

  listen(): void {
    if (this.listening) return;
    if (typeof this.signal.removeEventListener !== 'function') throw new TypeError('it has no removeEventListener');
    this.signal.addEventListener('abort', this.abort);
    this.listening = true;
    this.signals.set(this.signal, this);
  }

  /** A call has begun, and waits or does not; or one has ended. */
  begun(): void {
    if (this.count || !this.listening) return;
    this.waiting = [];
    this.listening = false;
    if (this.signals.get(this.signal) === this) this.signals.delete(this.signal);
    try {
      this.signal.removeEventListener('abort', this.abort);
    } catch {
      // it has changed; what comes finds nobody waiting
    }
  }

  // Between C and those who wait: it must not throw.
  add(call: Call): void {
    if (field(this.signal, 'aborted')) return this.cancel(call); // by the body itself, through JavaScript that it called
    call.at = this.waiting.push(call) - 1;
    this.count++;
    try {
      this.listen(); // again, if a call that the body made had it, too, and has ended
    } catch {
      // it has changed since
    }
  }

  remove(call: Call): void {
    if (this.waiting[call.at] !== call) return;
    this.waiting[call.at] = undefined;
    if (!--this.count) this.begun();
    else if (this.waiting.length > 2 * this.count + 8) {
      this.waiting = this.waiting.filter((call) => call);
      this.waiting.forEach((call, at) => (call!.at = at));
    }
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
