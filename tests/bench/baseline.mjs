// The same work in plain JavaScript, with async functions and await as anybody writes them.
// It must not know cawait. A spawned child begins in a microtask of its own, as a task begins in the loop's next pass.

const settled = Promise.resolve();

/** @param {number} n */
const empty = async (n) => n;

/** @param {number} n */
async function once(n) {
  await null;
  return n;
}

/** @param {number} times */
async function yielder(times) {
  for (let i = 0; i < times; i++) await null;
}

/** @param {number} times */
export async function yields(times) {
  await Promise.all(Array.from({ length: 100 }, () => yielder(times)));
  return 100 * times;
}

/** @param {number} times */
export async function spawns(times) {
  for (let burst = 0; burst < times; burst++) {
    for (let i = 0; i < 1000; i++) void settled.then(() => empty(i));
    await null;
  }
  return 1000 * times;
}

/** @param {number} times */
export async function await_inline(times) {
  let sum = 0;
  for (let i = 0; i < times; i++) sum += await empty(i);
  return sum;
}

/** @param {number} times */
export async function await_once(times) {
  let sum = 0;
  for (let i = 0; i < times; i++) sum += await once(i);
  return sum;
}

/** @param {number} times */
export async function await_spawned(times) {
  let sum = 0;
  for (let i = 0; i < times; i++) sum += await settled.then(() => once(i));
  return sum;
}

/** Bytes of heap for each of `count` async functions that wait for a promise of their own. @param {number} count */
export async function bytes_asleep(count) {
  const collect = /** @type {() => void} */ (globalThis.gc);
  /** @param {Promise<void>} promise */
  const sleeper = async (promise) => await promise;
  /** @type {(() => void)[]} */
  const wake = new Array(count).fill(() => {});
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < count; i++) void sleeper(new Promise((resolve) => (wake[i] = resolve)));
  await null;
  collect();
  const bytes = (process.memoryUsage().heapUsed - before) / count;
  for (const resolve of wake) resolve();
  return bytes;
}

/** @param {Promise<number>} promise @param {number} times */
export async function await_promise(promise, times) {
  let sum = 0;
  for (let i = 0; i < times; i++) sum += await promise;
  return sum;
}

/** @param {number} n */
export const at_once = async (n) => n + 1;

/** @param {number} n */
export async function after_a_wait(n) {
  await null;
  return n + 1;
}
