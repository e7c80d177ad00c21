// The work of a soak, in whatever runs JavaScript: awaits of promises, exported calls with random cancels, the lag of the page meanwhile.
// It must not know where it runs (run.mjs, page.mjs).

/** @param {number} seed  @returns {() => number} from 0 to 1 */
function random(seed) {
  return () => {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

/**
 * @param {import('../../dist/js/index.js').App<any>} app
 * @param {{ awaits: number, calls: number, seed: number }} amount
 */
export async function soak(app, { awaits, calls, seed }) {
  const chance = random(seed);
  const ROUNDS = 200;
  const ready = Promise.resolve(1);
  /** @type {number[]} */
  const lags = [];
  let over = false;
  const lagging = (async () => {
    while (!over) {
      const start = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 0));
      lags.push(performance.now() - start);
    }
  })();
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

  for (let round = 0; round < ROUNDS; round++) {
    const sum = await app.exports.await_it(ready, awaits / ROUNDS);
    if (sum !== awaits / ROUNDS) wrong.push(`${sum} awaits`);
    for (let n = 0; n < calls / ROUNDS; n += 100) {
      await Promise.all(Array.from({ length: 100 }, one));
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    memory.push(app.memory.buffer.byteLength);
  }
  over = true;
  await lagging;
  lags.sort((a, b) => a - b);
  const { bytes, ...alive } = app.stats();
  return {
    outcomes,
    wrong,
    alive,
    bytes,
    memory: [memory[Math.floor(ROUNDS / 10)], memory[ROUNDS - 1]],
    lag: lags[Math.floor(lags.length * 0.99)],
  };
}
