// Owns: JavaScript functions made from C callbacks: calling, disposing, being collected.
// Must not know: other values (values.ts). Its other half is wasm/js/function.c. Loaded only for modules that make one.

import { CawError } from '../base/errors.ts';
import type { Failures } from './failures.ts';
import type { Machine, Pointer } from '../base/machine.ts';
import { takeError } from './raised.ts';
import { get, pack } from './wire.ts';

export function functionImports(machine: Machine, { handle }: Failures): WebAssembly.ModuleImports {
  const { handles } = machine;
  const functions = new WeakMap<object, { callback: Pointer }>();
  const alive = new Set<{ callback: Pointer }>();
  const collected = new FinalizationRegistry((it: { callback: Pointer }) => release(it));

  function release(it: { callback: Pointer }): void {
    const { callback } = it;
    if (!alive.delete(it) || machine.ended) return;
    it.callback = 0;
    try {
      machine.x.caw_function_free(callback);
    } catch (error) {
      machine.failed(error);
    }
  }

  function call(callback: Pointer, args: unknown[]): unknown {
    if (machine.ended) throw machine.failed(machine.ended);
    if (!callback) throw new CawError('RuntimeError', 'this C function was disposed of');
    if (machine.printing)
      throw new CawError('RuntimeError', 'a C function was called by the function that prints for C');
    const writers = args.map((arg) => pack(machine, 'a', arg)); // all looks come before the first change
    if (machine.ended) throw machine.ended;
    const wires = machine.alloc(16 * args.length);
    machine.bytes().fill(0, wires, wires + 16 * args.length);
    let done;
    try {
      for (const [n, write] of writers.entries()) write(machine, wires + 16 * n);
    } catch (error) {
      machine.enter(() => machine.x.caw_wires_free(wires, args.length));
      throw error;
    }
    try {
      const begin = () => machine.x.caw_function_call(callback, wires, args.length);
      done = machine.entering ? machine.entering(begin) : begin();
    } catch (error) {
      machine.ended ||= error || true;
      throw machine.failed(error);
    }
    if (!done) throw takeError(machine);
    try {
      return get(machine, machine.scratch);
    } finally {
      machine.x.caw_function_done();
    }
  }

  machine.onClose.push(() => alive.forEach(release)); // their data is given back as long as C can do it
  machine.onEnd.push(() => alive.clear());

  return {
    js_function: (callback: Pointer) =>
      handle(() => {
        const it = { callback };
        const made = (...args: unknown[]) => call(it.callback, args);
        functions.set(made, it);
        alive.add(it);
        collected.register(made, it, it);
        return made;
      }),
    js_dispose(id: number) {
      const value = handles.get(id);
      const it = functions.get(value as object);
      if (!it) return;
      collected.unregister(it);
      release(it);
    },
  };
}
