// The primitives' work in plain JavaScript: promises, async functions, and the smallest queue and lock one would write by hand.
// It must not know cawait.

/** @param {number} n */
const atOnce = async (n) => n;

/** @param {number} n */
async function once(n) {
  await null;
  return n;
}

const DIGITS = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const settled = Promise.resolve();
/** A child that begins in a microtask of its own, as a task begins in the loop's next pass. @type {(f: () => Promise<number>) => Promise<number>} */
const spawned = (f) => settled.then(f);

class Queue {
  /** @param {number} places */
  constructor(places) {
    this.places = places;
    this.items = /** @type {number[]} */ ([]);
    this.getters = /** @type {(() => void)[]} */ ([]);
    this.putters = /** @type {(() => void)[]} */ ([]);
  }

  /** @param {number} item */
  async put(item) {
    while (this.items.length >= this.places) await new Promise((resolve) => this.putters.push(() => resolve(null)));
    this.items.push(item);
    this.getters.shift()?.();
  }

  async get() {
    while (this.items.length === 0) await new Promise((resolve) => this.getters.push(() => resolve(null)));
    const item = this.items.shift() ?? NaN;
    this.putters.shift()?.();
    return item;
  }
}

/** @param {number} times */
export async function queue_ping_pong(times) {
  const [there, back] = [new Queue(1), new Queue(1)];
  const echo = async () => {
    for (let i = 0; i < times; i++) await back.put(await there.get());
  };
  const other = echo();
  let sum = 0;
  for (let i = 0; i < times; i++) {
    await there.put(i);
    sum += await back.get();
  }
  await other;
  return sum;
}

class Lock {
  locked = false;
  waiting = /** @type {(() => void)[]} */ ([]);

  async acquire() {
    if (this.locked) await new Promise((resolve) => this.waiting.push(() => resolve(null)));
    this.locked = true;
  }

  release() {
    const next = this.waiting.shift();
    if (next) next();
    else this.locked = false;
  }
}

/** @param {number} times */
export async function lock_hand_over(times) {
  const lock = new Lock();
  const turns = async () => {
    for (let i = 0; i < times; i++) {
      await lock.acquire();
      await null;
      lock.release();
    }
    return times;
  };
  const [a, b] = await Promise.all([turns(), turns()]);
  return a + b;
}

/** @param {(n: number) => Promise<number>} child */
const gathers = (child) => async (/** @type {number} */ times) => {
  let sum = 0;
  for (let i = 0; i < times; i++) {
    const results = await Promise.all([i, ...DIGITS].map((n) => spawned(() => child(n))));
    for (const n of results) sum += n;
  }
  return sum;
};
export const gather_10 = gathers(atOnce);
export const gather_10_once = gathers(once);

/** @param {number} count */
export async function gather_many(count) {
  const results = await Promise.all(Array.from({ length: count }, (_, n) => spawned(() => once(n))));
  return results.reduce((sum, n) => sum + n, 0);
}

/** @param {number} times */
export async function group_10(times) {
  for (let i = 0; i < times; i++) await Promise.all([0, ...DIGITS].map((n) => spawned(() => once(n))));
  return 10 * times;
}

/** @param {number} times */
export async function wait_for(times) {
  let sum = 0;
  for (let i = 0; i < times; i++) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error('timed out')), 10_000)));
    sum += /** @type {number} */ (await Promise.race([once(i), late]));
    clearTimeout(timer);
  }
  return sum;
}

/** @param {number} count */
async function* numbers(count) {
  for (let i = 0; i < count; i++) yield i;
}

/** @param {number} count */
export async function items(count) {
  let sum = 0;
  for await (const n of numbers(count)) sum += n;
  return sum;
}

/** @param {number} count */
export async function cancel_storm(count) {
  let cancelled = 0;
  const controllers = Array.from({ length: count }, () => new AbortController());
  const sleeps = async (/** @type {AbortSignal} */ signal) => {
    await new Promise((_, reject) => (signal.onabort = () => reject(signal.reason)));
  };
  const tasks = controllers.map(({ signal }) => sleeps(signal).catch(() => void cancelled++));
  await null;
  for (const controller of controllers) controller.abort(controller);
  await Promise.all(tasks);
  return cancelled;
}

/** @param {number} count */
export async function many_timers(count) {
  let done = 0;
  const timers = Array.from({ length: count }, () => setTimeout(() => void done++, 0));
  timers.forEach((timer, i) => i % 2 && clearTimeout(timer));
  while (done < count / 2) await new Promise((resolve) => setImmediate(resolve));
  return done;
}
