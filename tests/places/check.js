// What must work in every place where JavaScript runs: each part of the bridge once, by place.c. It may use nothing that a worklet is
// without, and no other file. Gives what was wrong, as lines; none: all is well.
// It must not know where it runs.

/**
 * @param {(source: any, options?: any) => Promise<any>} load  the package's
 * @param {unknown} source  what it is to load
 * @param {{ clock?: unknown, url?: string }} [options]  url: of a text to be fetched, which says 'found'
 */
export async function check(load, source, { url, ...options } = {}) {
  /** @type {string[]} */
  const wrong = [];
  /** @type {(name: string, found: unknown, expected: unknown) => void} */
  const same = (name, found, expected) => {
    if (found !== expected) wrong.push(`${name}: ${String(found)}, expected ${String(expected)}`);
  };
  /** @param {Promise<unknown>} promise */
  const rejection = (promise) =>
    promise.then(
      () => undefined,
      (error) => error,
    );

  /** @type {string[]} */
  const lines = [];
  const print = (/** @type {string} */ line) => void lines.push(line);
  const app = await load(source, { print, printErr: print, onReport: print, ...options });
  const x = app.exports;

  same('text', await x.greet('w\u00f6rld \u{1f30d}'), 'hello, w\u00f6rld \u{1f30d}');
  same('what it printed', lines.join('|'), 'greets w\u00f6rld \u{1f30d}');
  const naps = await Promise.all([0, 0.001, 0.02, 0.05].map(async (s) => (await x.nap(s)) >= s - RESOLUTION));
  same('timers', naps.join(), 'true,true,true,true');
  same('a promise', await x.twice(new Promise((resolve) => void x.nap(0.002).then(() => resolve(21)))), 42);
  const given = new Error('given');
  same('a rejection', await rejection(x.twice(Promise.reject(given))), given);
  same('a deadline', (await rejection(x.late(0.01)))?.name, 'TimeoutError');
  const failed = await rejection(x.fails());
  same('an error', `${failed?.name}: ${failed?.message}`, 'ValueError: as it should');
  // In every engine: first where it was in C, then where it came out.
  const frames = String(failed?.stack).split('\n');
  const inC = frames.findIndex((line) => /fails .*place\.c/.test(line));
  same('the stack', inC >= 0 && !frames.slice(0, inC).some((line) => /\.m?js|wasm|@/.test(line)), true);
  same('a wrong argument', (await rejection(x.nap('long')))?.name, 'TypeError');
  same('many turns', await x.works(20000), 20000);
  const sum = await x.adder();
  same('a function of C', sum(1, 2.5, 38.5), 42);
  same('a future as a promise', (await (await x.promised(0.003)).nap) >= 0.003 - RESOLUTION, true);
  if (url) same('fetch', await x.fetched(url), 'found');
  if (globalThis.Request) {
    const response = await app.fetch(new Request('http://here/c/?name=C'));
    same('a handler', `${response.status} ${response.headers.get('x-from')} ${await response.text()}`, '200 C C');
  }
  if (globalThis.AbortController) {
    const controller = new AbortController();
    const call = x.nap(3600, { signal: controller.signal });
    controller.abort(given);
    same('an abort', await rejection(call), given);
  }
  same('no task is left', app.tasks().length, 0);
  same('nothing is left', JSON.stringify({ ...app.stats(), bytes: 0, handles: 0, blocks: 0 }), JSON.stringify(NONE));
  const pending = rejection(x.nap(3600));
  app[Symbol.dispose]();
  same('disposal', (await pending)?.name, 'AbortError');
  same('a call after it', (await rejection(x.nap(0)))?.type, 'Disposed');
  return wrong;
}

/** Of the loop's clock, in seconds. */
const RESOLUTION = 2e-6;

/** But for the function that was given out: that is collected some day. */
const NONE = { handles: 0, promises: 0, calls: 0, frames: 0, blocks: 0, timers: 0, bytes: 0 };
