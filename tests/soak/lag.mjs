// How late a setTimeout(0) comes, by what is done meanwhile.
// It must not know what that is (soak.mjs).
//
// A timer that is set by a timer waits 4 ms in a browser, whatever else is done: each is set from a macrotask that is none.

const { setImmediate, MessageChannel } = globalThis;

/** @type {(() => void)[]} */
const turns = [];
const { port1, port2 } = setImmediate ? { port1: null, port2: null } : new MessageChannel();
if (port1) port1.onmessage = () => turns.shift()?.();

/** A macrotask that is no timer. @returns {Promise<void>} */
export const turn = () =>
  new Promise((resolve) => {
    if (!port2) return void setImmediate(resolve);
    turns.push(resolve);
    port2.postMessage(0);
  });

/** @param {number[]} numbers @param {number} part */
const quantile = (numbers, part) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)] ?? NaN;

export class Lags {
  /** @type {Record<string, number[]>} */
  #during = {};

  /** Watches while `work` goes on. @template T @param {string} what @param {() => Promise<T>} work */
  async watch(what, work) {
    const lags = (this.#during[what] ??= []);
    let over = false;
    const watching = (async () => {
      while (!over) {
        await turn();
        const start = performance.now();
        await new Promise((resolve) => setTimeout(resolve, 0));
        lags.push(performance.now() - start);
      }
    })();
    try {
      return await work();
    } finally {
      over = true;
      await watching;
    }
  }

  /** Milliseconds: the middle and the 99th of a hundred. @returns {Record<string, { p50: number, p99: number }>} */
  read() {
    return Object.fromEntries(
      Object.entries(this.#during).map(([what, lags]) => [
        what,
        { p50: quantile(lags, 0.5), p99: quantile(lags, 0.99) },
      ]),
    );
  }
}
