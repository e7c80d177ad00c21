// Owns: futures of C given out as promises.
// Must not know: how a promise is kept (calls.ts). Its other half is wasm/js/promise.c. Loaded only for modules that give one out.

import type { Calls } from './calls.ts';
import type { Machine } from './machine.ts';
import { READERS } from './wire.ts';

export function futureImports(machine: Machine, calls: Calls): WebAssembly.ModuleImports {
  return {
    promise_new(code: number) {
      const { slot, promise } = calls.promise(READERS[String.fromCharCode(code)]!);
      machine.view().setUint32(machine.scratch + 4, slot, true);
      return machine.handles.add(promise);
    },
    promise_settle: calls.settle,
  };
}
