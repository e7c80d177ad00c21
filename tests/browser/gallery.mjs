// The gallery on the JavaScript host in a real browser: built modules and the loader, served under the strict CSP.
// It must not know what the programs do: their whole output is beside them.

import { gallery } from '../programs.mjs';
import { runInPages } from './pages.mjs';

/** In the page: runs one module and gives what it printed. @param {string} path */
async function inPage(path) {
  /** @type {string[]} */
  const lines = [];
  const print = (/** @type {string} */ line) => void lines.push(`${line}\n`);
  const script = '/dist/js/index.js';
  try {
    const { load } = await import(script);
    const app = await load(new URL(path, location.href), { print, printErr: print });
    const status = await app.done;
    app[Symbol.dispose]();
    return { status, output: lines.join('') };
  } catch (error) {
    return { status: null, output: lines.join('') + error };
  }
}

/**
 * @param {{ browserName: import('./launch.mjs').BrowserName, tally: import('../tally.mjs').Tally }} options
 */
export const run = ({ browserName, tally }) => runInPages({ browserName, tally, tests: gallery(), host: 'js', inPage });
