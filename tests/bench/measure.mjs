// How each row is measured: every contender does the same work in turn, in one process; the median of the rounds counts.
// It must not know the other processes, or what a row must reach.

import { performance } from 'node:perf_hooks';

/**
 * Ours, plain JavaScript and the bare scheduler, where they have a part in the row; in the row's unit.
 * @typedef {{ ours: number, js?: number, bare?: number }} Numbers
 * @typedef {Record<string, (...args: any[]) => any>} Functions
 * @typedef {{ ours: Functions, js: Functions, bare: Functions, seconds: number }} Contenders
 */

/** @param {number[]} values */
export const median = (values) => quantile(values, 0.5);

/** @param {number[]} values @param {number} part */
function quantile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

/**
 * Nanoseconds an operation takes. A batch does `operations` of them and resolves with something that shows they were done.
 * @param {Record<string, () => Promise<unknown>>} batches @param {number} operations @param {number} seconds
 */
export async function time(batches, operations, seconds) {
  const contenders = Object.entries(batches).map(([name, batch]) => ({
    name,
    batch,
    ns: /** @type {number[]} */ ([]),
  }));
  // Both engines compile what is hot in the background: a third of the time goes by before anything counts.
  const warm = performance.now() + 1000 * seconds;
  for (const end = warm + 2000 * seconds; performance.now() < end || contenders.some(({ ns }) => ns.length === 0);)
    for (const { batch, ns } of contenders) {
      const start = performance.now();
      await batch();
      if (start > warm) ns.push(((performance.now() - start) * 1e6) / operations);
    }
  return Object.fromEntries(contenders.map(({ name, ns }) => [name, median(ns)]));
}

/** A row of which each contender has a function that repeats it. @param {number} times @param {number} [each] */
const repeated =
  (times, each = 1) =>
  /** @param {string} key @param {Contenders} contenders */
  async (key, { ours, js, bare, seconds }) => {
    const [mine, theirs] = [await ours[key]?.(times), await js[key]?.(times)];
    if (mine !== theirs) throw new Error(`${key}: ${mine} is not ${theirs}`);
    const batches = { ours: () => ours[key]?.(times), js: () => js[key]?.(times) };
    const plain = bare[key];
    return time(plain ? { ...batches, bare: async () => plain(times) } : batches, times * each, seconds);
  };

/**
 * Operations in a batch of the rows about the border, 0.1 ms: on a busy machine the median of longer ones is of those in which other
 * processes had their turn, and more so of the contender that takes longer. With 5000 the last row's ratio was 3.1-3.9 or even 7, not 2.7.
 */
export const FEW = 500;

/** Calls from JavaScript, each awaited before the next. @param {string} key @param {Contenders} contenders */
async function called(key, { ours, js, bare, seconds }) {
  const times = FEW;
  // A loop of its own for each, so that none is slower because the engine has seen the others.
  /** @param {Functions} from */
  const loop = (from) =>
    new Function('f', 'times', 'return async () => { for (let i = 0; i < times; i++) await f(i); }')(from[key], times);
  return time({ ours: loop(ours), js: loop(js), bare: loop(bare) }, times, seconds);
}

/** @param {string} _ @param {Contenders} contenders */
async function promise(_, { ours, js, bare, seconds }) {
  const settled = Promise.resolve(1);
  const times = FEW;
  const batches = {
    ours: () => ours['await_promise']?.(settled, times),
    js: () => js['await_promise']?.(settled, times),
    bare: () => bare['await_promise']?.(settled, times),
  };
  return time(batches, times, seconds);
}

/** @param {string} key @param {Contenders} contenders */
async function bytes(key, { ours, js, bare }) {
  await ours[key]?.(1000);
  return { ours: await ours[key]?.(100_000), js: await js[key]?.(100_000), bare: await bare[key]?.() };
}

const armed = new Set();
let most = 0;

/** The host's time, for the instances that are measured; counts the timers that are armed at once. */
export const clock = {
  now: () => performance.now(),
  setTimeout(/** @type {() => void} */ callback, /** @type {number} */ delay) {
    const timer = setTimeout(() => (armed.delete(timer), callback()), delay);
    most = Math.max(most, armed.add(timer).size);
    return timer;
  },
  clearTimeout: (/** @type {any} */ timer) => (armed.delete(timer), clearTimeout(timer)),
};

/** How many timers of the host are armed at once while `work` runs. */
async function hostTimers(/** @type {() => Promise<number>} */ work) {
  most = 0;
  const fired = await work();
  if (fired !== 50_000) throw new Error(`${fired} timers fired, not 50000`);
  return most;
}

/** @param {string} key @param {Contenders} contenders */
async function timers(key, { ours }) {
  return { ours: await hostTimers(() => ours[key]?.(100_000)), js: 100_000 };
}

/** From when setTimeout(0) was called to when it fired, in milliseconds, while C does all it may. JavaScript's would never. */
async function lag(/** @type {string} */ _, /** @type {Contenders} */ { ours, seconds }) {
  const played = ours['ping_pong']?.();
  /** @type {number[]} */
  const lags = [];
  for (const end = performance.now() + 3000 * seconds; performance.now() < end;) {
    const start = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 0));
    lags.push(performance.now() - start);
  }
  await ours['stop_playing']?.();
  if ((await played) < 1000) throw new Error('the ping-pong did not run');
  return { ours: quantile(lags, 0.99) };
}

/** @type {Record<string, (key: string, contenders: Contenders) => Promise<any>>} */
export const MEASURES = {
  yields: repeated(1000, 100),
  spawns: repeated(100, 1000),
  await_inline: repeated(100_000),
  await_once: repeated(50_000),
  await_spawned: repeated(20_000),
  queue_ping_pong: repeated(20_000),
  lock_hand_over: repeated(20_000, 2),
  gather_10: repeated(3000, 10),
  gather_10_once: repeated(3000, 10),
  gather_many: repeated(100_000),
  group_10: repeated(3000, 10),
  wait_for: repeated(20_000),
  items: repeated(200_000),
  cancel_storm: repeated(20_000),
  many_timers: repeated(100_000),
  await_promise: promise,
  at_once: called,
  after_a_wait: called,
  bytes_asleep: bytes,
  timers,
  lag,
};
