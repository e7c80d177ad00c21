// The bare scheduler's half in JavaScript: the least that lets it await a promise and be awaited.
// It must not know cawait.

/** @param {WebAssembly.Module} module */
export async function bare(module) {
  /** @type {Promise<number>} */
  let watched;
  /** @type {((value: number) => void)[]} */
  const resolvers = [];
  const settled = Promise.resolve();
  const imports = {
    /** @param {number} waiter */
    watch: (waiter) => void watched.then((value) => x.settle(waiter, value)),
    /** @param {number} slot @param {number} value */
    resolve: (slot, value) => resolvers[slot]?.(value),
    tick: () => void settled.then(() => x.turn()),
  };
  const instance = await WebAssembly.instantiate(module, { bare: imports });
  const x = /** @type {Record<string, (...args: number[]) => number>} */ (/** @type {unknown} */ (instance.exports));
  /** @param {number} slot @param {() => void} begin */
  const promised = (slot, begin) =>
    new Promise((resolve) => {
      resolvers[slot] = resolve;
      begin();
    });
  return {
    ...x,
    /** @param {Promise<number>} promise @param {number} times */
    await_promise: (promise, times) => promised(0, () => ((watched = promise), x.await_promise(times))),
    at_once: () => promised(1, () => x.call(1, 0)),
    after_a_wait: () => promised(1, () => x.call(1, 1)),
  };
}
