// Owns: promises that C awaits: slots with a generation, the two reactions of each slot.
// Must not know: who awaits in C. Its other half is wasm/js/promise.c.

import { errorIn } from './errors.ts';
import type { Machine, Pointer } from './machine.ts';
import { put } from './wire.ts';

// The intrinsics, taken before anybody replaces them: on a real promise they never throw, settle twice or call back at once,
// whatever the thenable behind it does.
const { then } = Promise.prototype;
const { resolve } = Promise;

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
  /** While C gets the outcome, the task may await its next promise in this very place; it is then kept here. */
  delivering: boolean;
  again: boolean;
  promise: unknown;
}

export interface Promises {
  imports: WebAssembly.ModuleImports;
  /** Settles `future` as `promise` does; gives the slot. */
  watch(future: Pointer, promise: unknown, controller: Slot['controller'], code: number): number;
  /** Lets go of every promise: their futures are cancelled. */
  forget(): void;
  readonly live: () => number;
}

export function promises(machine: Machine, fail: (error: unknown) => 0): Promises {
  // Slot 0 is no slot. A slot whose promise settled is used again with its two reactions; one that C let go of is thrown away
  // (its reactions find it without a future), so a late settle is dropped, and consumed.
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
        settle(slot, value);
        if (slot.again) void follow(slot);
      },
      rejected(error) {
        refuse(slot, error);
        if (slot.again) void follow(slot);
      },
      delivering: false,
      again: false,
      promise: undefined,
    };
    return slot;
  }

  // A task that awaits one promise after the other stays in one slot, and this function awaits them in its place: 29 ns a promise,
  // where a reaction with the promise that then() makes for nobody costs 38.
  async function follow(slot: Slot): Promise<void> {
    do {
      slot.again = false;
      const { promise } = slot;
      slot.promise = undefined;
      let value;
      try {
        value = await promise;
      } catch (error) {
        refuse(slot, error);
        continue;
      }
      settle(slot, value);
    } while (slot.again);
  }

  function settle(slot: Slot, value: unknown): void {
    const { future, code } = slot;
    if (!future || machine.ended) return;
    const number = code === DOUBLE && typeof value === 'number';
    if (!number) {
      try {
        put(machine, machine.scratch, String.fromCharCode(code), value);
      } catch (error) {
        refuse(slot, error);
        return;
      }
    }
    const last = recycle(slot);
    slot.delivering = true;
    try {
      if (number) machine.settleDouble(future, value, last);
      else machine.x.caw_settle(future, last);
    } catch (error) {
      machine.failed(error);
    }
    slot.delivering = false;
  }

  function refuse(slot: Slot, error: unknown): void {
    const { future } = slot;
    if (!future || machine.ended) return;
    const last = recycle(slot);
    slot.delivering = true;
    try {
      errorIn(machine, error);
      machine.x.caw_settle_error(future, last);
    } catch (trap) {
      machine.failed(trap);
    }
    slot.delivering = false;
  }

  /** Whether it was the last one outstanding: nothing else can arrive in the same batch, so C may take its turn at once. */
  function recycle(slot: Slot): 0 | 1 {
    slot.future = 0;
    slot.controller = undefined;
    free.push(slot.number);
    return --live ? 0 : 1;
  }

  function drop(number: number): Pointer {
    const slot = slots[number]!;
    const { future, controller } = slot;
    slots[number] = make(number);
    recycle(slot);
    try {
      controller?.abort();
    } catch {
      // An abort listener's failure is reported by the host; C has let go in any case.
    }
    return future;
  }

  function watch(future: Pointer, promise: unknown, controller: Slot['controller'], code: number): number {
    const number = free.pop() ?? slots.push(make(slots.length)) - 1;
    const slot = slots[number]!;
    slot.future = future;
    slot.code = code;
    slot.controller = controller;
    live++;
    if (slot.delivering) {
      slot.again = true;
      slot.promise = promise;
      return number;
    }
    try {
      then.call(resolve.call(Promise, promise), slot.fulfilled, slot.rejected);
    } catch (error) {
      recycle(slot); // a promise with a constructor or then that throws
      return fail(error);
    }
    return number;
  }

  return {
    imports: {
      promise(future: Pointer, id: number, controller: number, code: number) {
        try {
          const abort = controller ? (machine.handles.get(controller) as AbortController) : undefined;
          return watch(future, machine.handles.get(id), abort, code);
        } catch (error) {
          return fail(error);
        }
      },
      promise_drop: (number: number) => void drop(number),
    },
    watch,
    forget() {
      for (const slot of slots) {
        if (slot?.future) machine.x.caw_forget(drop(slot.number));
      }
    },
    live: () => live,
  };
}
