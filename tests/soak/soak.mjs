// The work of a soak, in whatever runs JavaScript: awaits of promises, exported calls with random cancels, and how late timers come
// meanwhile: beside that while nothing is done, and while plain JavaScript awaits the same promise and gives way every 1 ms.
// It must not know where it runs (run.mjs, page.mjs).

import { Lags, turn } from './lag.mjs';

const ROUNDS = 50;
/** Calls that are under way together. */
const TOGETHER = 100;
/** What the driver does without giving way. */
const SLICE = 10;

/** @param {number} seed  @returns {() => number} from 0 to 1 */
function random(seed) {
  return () => {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

/** As await_it of soak.c under its budget. @param {Promise<number>} ready @param {number} times */
async function awaitIt(ready, times) {
  let sum = 0;
  let since = performance.now();
  for (let n = 0; n < times; n++) {
    sum += await ready;
    if (n % 64 || performance.now() - since < 1) continue;
    await turn();
    since = performance.now();
  }
  return sum;
}

/**
 * @param {import('../../dist/js/index.js').App<any>} app
 * @param {{ awaits: number, calls: number, seed: number }} amount
 */
export async function soak(app, { awaits, calls, seed }) {
  const chance = random(seed);
  const lags = new Lags();
  const ready = Promise.resolve(1);
  const outcomes = { done: 0, cancelled: 0, failed: 0 };
  /** @type {number[]} */
  const memory = [];
  /** @type {unknown[]} */
  const wrong = [];

  /** @param {unknown} error */
  const settled = (error) => {
    const name = /** @type {Error} */ (error)?.name;
    if (name === 'AbortError') outcomes.cancelled++;
    else if (/** @type {Error} */ (error)?.message === 'rejected') outcomes.failed++;
    else if (wrong.length < 5) wrong.push(String(error));
  };

  async function one() {
    const how = Math.floor(chance() * 8);
    const fate = chance();
    /** @type {(value: number) => void} */
    let resolve = () => {};
    /** @type {(error: Error) => void} */
    let reject = () => {};
    const promise = new Promise((yes, no) => {
      resolve = yes;
      reject = no;
    });
    promise.catch(() => {}); // C may not have come to it yet when it is rejected
    const controller = new AbortController();
    const call = app.exports.call(promise, how, fate < 0.4 ? { signal: controller.signal } : {});
    for (let steps = Math.floor(chance() * 4); steps > 0; steps--) await null;
    if (fate < 0.4) controller.abort();
    if (fate > 0.9) reject(new Error('rejected'));
    else if (fate > 0.2) resolve(1);
    try {
      await call;
      outcomes.done++;
    } catch (error) {
      settled(/** @type {any} */ (error).errors?.[0] ?? error); // of a group
    }
  }

  async function callAll() {
    for (let n = 0; n < calls / ROUNDS; n += TOGETHER) {
      /** @type {Promise<void>[]} */
      const all = [];
      for (let begun = 0; begun < TOGETHER; begun += SLICE) {
        all.push(...Array.from({ length: SLICE }, one));
        await turn();
      }
      await Promise.all(all);
    }
  }

  for (let round = 0; round < ROUNDS; round++) {
    await lags.watch('idle', async () => {
      for (let n = 0; n < 10; n++) await new Promise((resolve) => setTimeout(resolve, 1));
    });
    await lags.watch('JavaScript awaits', () => awaitIt(ready, awaits / ROUNDS));
    const sum = await lags.watch('awaits', () => app.exports.await_it(ready, awaits / ROUNDS));
    if (sum !== awaits / ROUNDS) wrong.push(`${sum} awaits`);
    await lags.watch('calls', callAll);
    memory.push(app.memory.buffer.byteLength);
  }
  const { bytes, ...alive } = app.stats();
  return {
    outcomes,
    wrong,
    alive,
    bytes,
    memory: [memory[Math.floor(ROUNDS / 10)], memory[ROUNDS - 1]],
    lags: lags.read(),
  };
}
