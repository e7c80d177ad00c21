// Owns: calls from JavaScript into async functions of C: their start, {signal}, one promise a call.
// Must not know: what is called and with what (exports.ts). Its other half is wasm/js/export.c.

import type { Machine, Pointer } from '../base/machine.ts';
import type { takeError } from './raised.ts';
import type { Reader } from './wire.ts';

/**
 * A call that waits. Each is a new object: one store of it in an old array costs a write barrier, filling an old object four.
 */
export interface Call {
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  readonly read: Reader;
  /** In C; what cancels it. */
  readonly pointer: Pointer;
  readonly signal: Canceller | undefined;
  /** Its place there. */
  at: number;
}

/** What may cancel calls that wait. */
export interface Canceller {
  add(call: Call): void;
  remove(call: Call): void;
  /** What a call is rejected with that ended with `error`, after so many requests to cancel it. */
  reason(error: unknown, cancels: number): unknown;
}

// Taken before anybody replaces it.
const Native = Promise;

/** Promise.resolve, for what has no then: 3 ns less of 68 that a call takes, 10 in Node 20. */
const fulfilled = async <T>(value: T): Promise<T> => value;

/** Where a call has what it waits for, and its place here, as in wasm/js/bridge.h. */
const FUTURE = 12,
  SLOT = 20;

/** What a start answers, as in wasm/js/export.c; above KEPT: the call, which is pending. */
const DONE = 0,
  FAILED = 1,
  KEPT = 2;

/** The int of CAW_MAIN's function, as READERS of wire.ts has it. */
const status: Reader = (machine) => machine.view().getInt32(machine.scratch + 8, true);

export interface Calls {
  /** C answers a call that was pending; failed: 0, or one more than there were requests to cancel it. */
  settle(slot: number, failed: number): void;
  /** Calls what `begin` starts: all that it throws is a trap, but for what was refused. */
  run<Args>(read: Reader, signal: Canceller | undefined, begin: (args: Args) => number, args: Args): Promise<unknown>;
  cancel(call: Call): void;
  /** A call that JavaScript did not make: C settles its slot. */
  promise(read: Reader): { slot: number; promise: Promise<unknown> };
  /** CAW_MAIN. */
  main(signal: Canceller): Promise<number>;
  readonly live: () => number;
}

export function calls(machine: Machine, raised: typeof takeError): Calls {
  const places: (Call | undefined)[] = [];
  const free: number[] = [];
  let starting = 0;

  const take = (): number => free.pop() ?? places.push(undefined) - 1;

  function hold(slot: number, read: Reader, pointer: Pointer, signal: Canceller | undefined): Promise<unknown> {
    const call = { read, pointer, signal, at: 0 } as Call;
    const promise = new Native<unknown>((resolve, reject) => {
      call.resolve = resolve;
      call.reject = reject;
    });
    places[slot] = call;
    if (signal) signal.add(call);
    return promise;
  }

  function cancel(call: Call): void {
    try {
      machine.x.caw_cancel(machine.word(call.pointer + FUTURE));
    } catch (error) {
      machine.failed(error);
    }
  }

  function settle(slot: number, failed: number): void {
    const call = places[slot]!;
    places[slot] = undefined;
    free.push(slot);
    if (call.signal) call.signal.remove(call);
    let value;
    try {
      value = failed ? failure(call.signal, failed - 1) : call.read(machine);
    } catch (error) {
      return call.reject(machine.ended ?? error); // a result that JavaScript cannot have
    }
    if (failed) call.reject(value);
    else call.resolve(value);
  }

  machine.onEnd.push((why) => {
    for (const call of places) {
      if (!call) continue;
      call.signal?.remove(call);
      call.reject(why);
    }
  });

  function failure(signal: Canceller | undefined, cancels: number): unknown {
    const error = raised(machine);
    return signal ? signal.reason(error, cancels) : error;
  }

  function run<Args>(
    read: Reader,
    signal: Canceller | undefined,
    begin: (args: Args) => number,
    args: Args,
  ): Promise<unknown> {
    if (machine.ended) return Native.reject(machine.failed(machine.ended));
    starting++;
    let status;
    try {
      status = begin(args) >>> 0;
    } catch (error) {
      if (!machine.refused) {
        machine.ended ||= error || true;
        return Native.reject(machine.failed(error));
      }
      machine.refused = false;
      starting--;
      return Native.reject(error);
    }
    starting--;
    if (status > KEPT) {
      // One that has ended has needed no place.
      const slot = take();
      machine.view().setUint32(status + SLOT, slot, true);
      return hold(slot, read, status, signal);
    }
    // A number, true or false, nothing: reading it cannot fail.
    return status === DONE ? fulfilled(read(machine)) : settled(status, read, signal);
  }

  /** What the call has come to that C has ended at once, unless it is a value that owns nothing. */
  function settled(status: number, read: Reader, signal: Canceller | undefined): Promise<unknown> {
    let value;
    try {
      value = status === FAILED ? failure(signal, 0) : read(machine);
    } catch (error) {
      value = machine.ended ?? error; // a result that JavaScript cannot have
      if (status === KEPT && !machine.ended) machine.x.caw_result();
      status = FAILED;
    }
    if (status === FAILED) return Native.reject(value);
    machine.x.caw_result();
    // What an object's own then or constructor may throw is the promise's.
    return typeof value === 'object' ? new Native((resolve) => resolve(value)) : Native.resolve(value);
  }

  return {
    settle,
    run,
    cancel,
    promise(read) {
      const slot = take();
      return { slot, promise: hold(slot, read, 0, undefined) };
    },
    main: (signal) => run(status, signal, () => machine.x.caw_start(0), []) as Promise<number>,
    live: () => (machine.ended ? 0 : starting + places.length - free.length),
  };
}
