// What random cases are made of beside numbers and text: bytes in every state, values of another realm, promises, controllers, time.
// It must not know what a case is (world.mjs).

import { tickedClock } from '../../dist/js/run/ticked.js';

/** Text of values of another realm. */
export const FOREIGN = [
  ...['new Uint8Array(4)', 'new ArrayBuffer(5)', 'Promise.resolve(6)', 'Promise.reject(new Error("there"))', '({})'],
  ...[
    'new DOMException("there", "AbortError")',
    '(() => 1)',
    'Object.assign(new Error("late"), { name: "TimeoutError" })',
  ],
];
export const ODD = [true, false, undefined, null, NaN, Infinity, -Infinity, Symbol('odd'), Symbol.iterator, ''];
/** The property that makes a CawError: a symbol, which a file cannot have. */
export const BRAND = '@cawait.CawError';
/** @param {number} n */
export function bytes(n) {
  const buffer = new ArrayBuffer(16, { maxByteLength: 32 });
  const gone = new Uint8Array(8);
  structuredClone(gone.buffer, { transfer: [gone.buffer] });
  const short = [new DataView(buffer, 8, 8), new Uint8Array(buffer, 8, 8)];
  if (n < 2) buffer.resize(4);
  return [
    ...short,
    gone,
    gone.buffer,
    new Uint8Array(5),
    new Float64Array(3),
    new DataView(new ArrayBuffer(9), 2),
    new Uint8Array(globalThis.SharedArrayBuffer ? new SharedArrayBuffer(5) : 5),
    new Uint8Array(buffer),
    buffer,
    new Uint8Array(70_000),
    new Uint8Array(0),
  ][n];
}

/** Time as a case says. */
export function virtualClock() {
  let time = 0;
  const clock = tickedClock(() => time);
  return {
    ...clock,
    pass(/** @type {number} */ ms) {
      time += ms;
      clock.tick();
    },
  };
}

/** One that a case can put nothing onto: what ends everything goes through it. */
export function controllerOf() {
  const controller = new AbortController();
  Object.preventExtensions(controller.signal);
  return Object.preventExtensions(controller);
}

export function deferred() {
  /** @type {any} */
  const all = {};
  all.promise = quietly(new Promise((resolve, reject) => Object.assign(all, { resolve, reject })));
  return all;
}

/** @param {any} value */
export function quietly(value) {
  if (value instanceof Promise || value?.constructor?.name === 'Promise') value.then(() => {}, () => {}); // prettier-ignore
  return value;
}

/** @param {unknown} value */
export const objectOf = (value) => ((typeof value === 'object' && value) || typeof value === 'function' ? value : {});
