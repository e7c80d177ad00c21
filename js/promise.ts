// Owns: promises that C awaits: slots with a generation, the two reactions of each slot.
// Must not know: who awaits in C. Its other half is wasm/js/promise.c.

import { errorIn } from './failures.ts';
import type { Machine, Pointer } from './machine.ts';
import { put } from './wire.ts';

// The intrinsics, taken before anybody replaces them: on a real promise they never throw, settle twice or call back at once,
// whatever the thenable behind it does.
const { then } = Promise.prototype;
const { resolve } = Promise;

const DOUBLE = 'd'.charCodeAt(0);
const NOTHING = Symbol('nothing');

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
  /** What the task that got the outcome awaits next, in this very place; nobody waits for it yet. */
  next: unknown;
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
  /** Whose outcome C is getting; undefined once it awaits something in that place. */
  let current: Slot | undefined;

  function make(number: number): Slot {
    const slot: Slot = {
      number,
      future: 0,
      code: 0,
      controller: undefined,
      fulfilled(value) {
        settle(slot, value);
        if (slot.next !== NOTHING) void follow(slot);
      },
      rejected(error) {
        refuse(slot, error);
        if (slot.next !== NOTHING) void follow(slot);
      },
      next: NOTHING,
    };
    return slot;
  }

  // A task that awaits one promise after the other stays in one slot, and this function awaits them in its place: 29 ns a promise,
  // where a reaction with the promise that then() makes for nobody costs 38.
  async function follow(slot: Slot): Promise<void> {
    do {
      const promise = slot.next;
      slot.next = NOTHING;
      let value;
      try {
        value = await promise;
      } catch (error) {
        refuse(slot, error);
        continue;
      }
      settle(slot, value);
    } while (slot.next !== NOTHING);
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
    slot.future = 0;
    slot.controller = undefined;
    current = slot;
    // The last one outstanding: nothing else can arrive in the same batch, so C may take its turn at once.
    const last = --live ? 0 : 1;
    try {
      if (number) machine.settleDouble(future, value, last);
      else machine.x.caw_settle(future, last);
    } catch (error) {
      machine.failed(error);
    }
    if (current) recycle(current);
  }

  function refuse(slot: Slot, error: unknown): void {
    const { future } = slot;
    if (!future || machine.ended) return;
    slot.future = 0;
    slot.controller = undefined;
    current = slot;
    const last = --live ? 0 : 1;
    try {
      errorIn(machine, error);
      machine.x.caw_settle_error(future, last);
    } catch (trap) {
      machine.failed(trap);
    }
    if (current) recycle(current);
  }

  /** The place of an outcome that C has got, and that nothing is awaited in yet. */
  function recycle(slot: Slot): void {
    current = undefined;
    free.push(slot.number);
  }

  function drop(number: number): Pointer {
    const slot = slots[number]!;
    const { future, controller } = slot;
    slot.future = 0;
    slots[number] = make(number);
    free.push(number);
    live--;
    try {
      controller?.abort();
    } catch {
      // An abort listener's failure is reported by the host; C has let go in any case.
    }
    return future;
  }

  function watch(future: Pointer, promise: unknown, controller: Slot['controller'], code: number): number {
    let slot = current;
    if (slot) {
      current = undefined;
      slot.next = promise;
    } else {
      slot = slots[free.pop() ?? slots.push(make(slots.length)) - 1]!;
      try {
        then.call(resolve.call(Promise, promise), slot.fulfilled, slot.rejected);
      } catch (error) {
        free.push(slot.number); // a promise with a constructor or then that throws
        return fail(error);
      }
    }
    slot.future = future;
    slot.code = code;
    slot.controller = controller;
    live++;
    return slot.number;
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
