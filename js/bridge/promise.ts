// Owns: promises that C awaits: slots with a generation, the two reactions of each slot; and futures of C's given out as promises.
// Must not know: who awaits in C. Its other half is wasm/js/promise.c.

import type { Calls } from './calls.ts';
import { bound, errorIn, inside, look } from './failures.ts';
import type { Machine, Pointer } from '../base/machine.ts';
import { pack, READERS } from './wire.ts';

// The intrinsics, taken before anybody replaces them: on a real promise they never throw, settle twice or call back at once,
// whatever the thenable behind it does.
const Native = Promise;
const { then } = Native.prototype;
const { resolve } = Native;

const DOUBLE = 'd'.charCodeAt(0);

interface Slot {
  readonly number: number;
  /** 0: free, or thrown away. */
  future: Pointer;
  /** Of the type that C expects, the number of its letter. */
  code: number;
  /** Called when C cancels: an AbortController's abort. */
  controller: { abort(): void } | undefined;
  fulfilled: (value: unknown) => void;
  rejected: (error: unknown) => void;
}

export interface Promises {
  imports: WebAssembly.ModuleImports;
  /** Settles `future` as `promise` does; gives the slot. */
  watch(future: Pointer, promise: unknown, controller: Slot['controller'], code: number): number;
  /** Lets go of every promise: their futures are cancelled. */
  forget(): void;
  readonly live: () => number;
}

export function promises(machine: Machine, calls: Calls, fail: (error: unknown) => 0): Promises {
  // Slot 0 is no slot. A slot whose promise settled is used again with its two reactions; one that C let go of is thrown away
  // (its reactions find it without a future), so a late settle is dropped, and consumed.
  const { handles } = machine;
  const slots: (Slot | undefined)[] = [undefined];
  const free: number[] = [];
  let live = 0;

  function make(number: number): Slot {
    const slot: Slot = {
      number,
      future: 0,
      code: 0,
      controller: undefined,
      fulfilled(value) {
        const next = settle(slot, value);
        if (!next) return;
        try {
          react(slot, handles.held(next));
        } catch (error) {
          refuse(slot, error);
        }
      },
      rejected(error) {
        refuse(slot, error);
      },
    };
    return slot;
  }

  /** Of a thenable, whose `then` is called by this, later. */
  function promiseOf(thenable: unknown): Promise<unknown> {
    return inside(machine, () => resolve.call(Native, thenable));
  }

  /**
   * Adds a slot's reactions to what C awaits: a promise, or anything that becomes one. Throws what a misbehaving one throws. Always by
   * the intrinsic: what a promise says of its own `then` may change from one look to the next.
   */
  function react({ fulfilled, rejected }: Slot, promise: unknown): void {
    // Two calls: the engine inlines the first, of a receiver whose map it has just seen (3 ns), not one of either.
    if (promise instanceof Native && promise.constructor === Native) then.call(promise, fulfilled, rejected);
    else then.call(promiseOf(promise), fulfilled, rejected);
  }

  /** Gives C the outcome. The handle of what it awaits next in the same slot; 0: the slot is free. */
  function settle(slot: Slot, value: unknown): number {
    const { future, code } = slot;
    if (!future) return 0;
    if (slot.controller !== undefined) slot.controller = undefined;
    // Whether it is the last one outstanding: nothing else can arrive in the same batch, so C may take its turn at once.
    const last = live === 1 ? 1 : 0;
    if (code === DOUBLE && typeof value === 'number') {
      let next = 0;
      try {
        next = machine.settleDouble(future, value, last);
      } catch (error) {
        machine.failed(error);
      }
      if (!next && slot.future) recycle(slot);
      return next;
    }
    try {
      const write = pack(machine, String.fromCharCode(code), value);
      if (slot.future !== future) return 0; // the look at the value made C let go of it
      write(machine, machine.scratch);
    } catch (error) {
      refuse(slot, error);
      return 0;
    }
    settled(slot, machine.x.caw_settle);
    return 0;
  }

  function refuse(slot: Slot, error: unknown): void {
    if (!slot.future) return;
    const seen = look(machine, error);
    if (!slot.future) return; // as above
    errorIn(machine, seen);
    settled(slot, machine.x.caw_settle_error);
  }

  /** C reads the outcome from scratch. */
  function settled(slot: Slot, tell: (future: Pointer, last: number) => void): void {
    const { future } = slot;
    const last = live === 1 ? 1 : 0;
    recycle(slot);
    try {
      tell(future, last);
    } catch (trap) {
      machine.failed(trap);
    }
  }

  function recycle(slot: Slot): void {
    slot.future = 0;
    slot.controller = undefined;
    free.push(slot.number);
    live--;
  }

  /** C lets go of it. The slot is thrown away, as its reactions are still there. */
  function take(slot: Slot): { future: Pointer; controller: Slot['controller'] } {
    const { number, future, controller } = slot;
    slots[number] = make(number);
    recycle(slot);
    return { future, controller };
  }

  /** The program's listeners run, and may enter C: only once both sides have let go. */
  function abort(controller: Slot['controller']): void {
    try {
      controller?.abort();
    } catch {
      // An abort listener's failure is reported by the host; C has let go in any case.
    }
  }

  function watch(future: Pointer, promise: unknown, controller: Slot['controller'], code: number): number {
    const slot = slots[free.pop() ?? slots.push(make(slots.length)) - 1]!;
    try {
      react(slot, promise);
    } catch (error) {
      free.push(slot.number); // a promise with a constructor or then that throws
      return fail(error);
    }
    slot.future = future;
    slot.code = code;
    slot.controller = controller;
    live++;
    return slot.number;
  }

  function forget(which: (future: Pointer) => boolean): void {
    for (const slot of slots) {
      if (!slot?.future || !which(slot.future)) continue;
      const { future, controller } = take(slot);
      machine.x.caw_forget(future);
      abort(controller);
    }
  }

  // Nothing is delivered to an instance that is over.
  machine.onEnd.push(() => slots.forEach((slot) => slot && (slot.future = 0)));

  return {
    imports: {
      promise(future: Pointer, id: number, controller: number, code: number) {
        try {
          const abort = controller ? (machine.handles.get(controller) as AbortController) : undefined;
          return watch(future, machine.handles.get(id), abort && bound(machine, abort), code);
        } catch (error) {
          return fail(error);
        }
      },
      // A future of C's is given out: a call that JavaScript did not make.
      promise_new(code: number) {
        try {
          handles.drop(handles.add(0)); // there is room for one: what is told to C cannot be taken back
        } catch (error) {
          return fail(error);
        }
        const { slot, promise } = calls.promise(READERS[String.fromCharCode(code)]!);
        machine.view().setUint32(machine.scratch + 4, slot, true);
        return handles.add(promise);
      },
      promise_settle: calls.settle,
      promise_drop: (number: number) => abort(take(slots[number]!).controller),
      promise_forget(loop: Pointer) {
        forget((future) => machine.x.caw_loop_of(future) === loop);
      },
    },
    watch,
    forget: () => forget(() => true),
    live: () => live,
  };
}
