// Loads a test's C program, keeping what it prints and reports. It must not know what is tested, nor where: maker.mjs has the programs.

import assert from 'node:assert/strict';
import { load } from '../../dist/js/node.js';
import { tickedClock } from '../../dist/js/run/ticked.js';
import { build, compiled, pathToFileURL, process_ } from './maker.mjs';

/**
 * A fresh instance; `printed` and `reports` fill as it runs.
 * @param {URL} source @param {import('../../dist/js/node.js').Options} [options]
 */
export async function start(source, options = {}) {
  /** @type {string[]} */
  const printed = [];
  /** @type {string[]} */
  const reports = [];
  const app = await load(compiled(source), {
    print: (line) => printed.push(line),
    printErr: (line) => printed.push(`err: ${line}`),
    onReport: (text) => reports.push(text),
    ...options,
  });
  return { app, x: app.exports, printed, reports };
}

/** Nothing is left: no handle, bridge, frame, object or timer. @param {import('../../dist/js/node.js').App} app */
export function quiet(app) {
  const { bytes, ...counts } = app.stats();
  assert.deepEqual(counts, { handles: 0, promises: 0, calls: 0, frames: 0, blocks: 0, timers: 0 });
}

/** What a promise is rejected with; it must be. @param {Promise<unknown>} promise @returns {Promise<any>} */
export async function rejection(promise) {
  try {
    const value = await promise;
    assert.fail(`expected a rejection, got ${value}`);
  } catch (error) {
    return error;
  }
}

/** Every reaction and microtask that can run has run. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/**
 * An instance of debug mode, whose time is the test's: pass() lets seconds go by.
 * @param {URL} source @param {import('../../dist/js/node.js').Options['debug']} [debug]
 */
export async function watched(source, debug = true) {
  let ms = 0;
  const clock = tickedClock(() => ms);
  const it = await start(source, { debug, clock });
  it.reports.length = 0;
  /** @param {number} seconds */
  const pass = async (seconds) => {
    for (let n = 0; n < 2 * seconds; n++) {
      ms += 500;
      clock.tick();
      await settled();
    }
  };
  return { ...it, pass };
}

export { build, compiled, load, pathToFileURL, process_ };
