// Owns: JavaScript values as C uses them: global, get, set, call, new, typeof, comparison.
// Must not know: promises, functions made from C (function.ts). Its other half is wasm/js/value.c. Loaded only for modules that
// import some of it.

import { inside, type Failures } from './failures.ts';
import { describe } from '../base/look.ts';
import type { Machine, Pointer } from '../base/machine.ts';
import { get, pack } from './wire.ts';

const TYPES = ['undefined', 'null', 'boolean', 'number', 'bigint', 'string', 'symbol', 'object', 'function'];

export function valueImports(machine: Machine, { fail, handle }: Failures): WebAssembly.ModuleImports {
  const { handles } = machine;

  const property = (key: Pointer, length: number, index: number) => (key ? machine.text(key, length) : index >>> 0);

  function list(wires: Pointer, count: number): unknown[] {
    return Array.from({ length: count }, (_, n) => get(machine, (wires >>> 0) + 16 * n));
  }

  return {
    js_global: (name: Pointer, length: number) =>
      handle(() => (globalThis as Record<string, unknown>)[machine.text(name, length)]),
    js_from: (wire: Pointer, code: number) =>
      handle(() => {
        const letter = String.fromCharCode(code);
        return letter === 'a' ? get(machine, wire >>> 0) : letter === 'n' ? null : letter === '[' ? [] : {};
      }),
    js_to(id: number, code: number, wire: Pointer) {
      try {
        inside(machine, () => pack(machine, String.fromCharCode(code), handles.get(id)))(machine, wire >>> 0);
        return 1;
      } catch (error) {
        return fail(error);
      }
    },
    js_get: (id: number, key: Pointer, length: number, index: number) =>
      handle(() => (handles.get(id) as Record<string | number, unknown>)[property(key, length, index)]),
    js_set(id: number, key: Pointer, length: number, index: number, wire: Pointer) {
      try {
        const object = handles.get(id) as Record<string | number, unknown>;
        inside(machine, () => (object[property(key, length, index)] = get(machine, wire >>> 0)));
        return 1;
      } catch (error) {
        return fail(error);
      }
    },
    js_apply: (how: number, id: number, name: Pointer, length: number, wires: Pointer, count: number) =>
      handle(() => {
        const target = handles.get(id);
        const args = list(wires, count);
        if (how === 2) return Reflect.construct(target as never, args);
        if (how === 0) return Reflect.apply(target as never, undefined, args);
        const key = machine.text(name, length);
        const method = (target as Record<string, unknown>)[key];
        if (typeof method !== 'function') throw new TypeError(`${describe(target)}.${key} is not a function`);
        return Reflect.apply(method, target, args);
      }),
    js_typeof(id: number) {
      const value = handles.get(id);
      return TYPES.indexOf(value === null ? 'null' : typeof value);
    },
    js_equal: (a: number, b: number) => +(a && b ? handles.get(a) === handles.get(b) : a === b),
    js_instanceof(value: number, constructor: number) {
      try {
        return +inside(machine, () => (handles.get(value) as object) instanceof (handles.get(constructor) as never));
      } catch (error) {
        return fail(error) - 1;
      }
    },
  };
}
