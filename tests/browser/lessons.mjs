// The gallery's lessons in real pages, by the loader alone. Where a driver has keys, the page that shows them is used instead (gallery.mjs).
// It must not know what the lessons are.

import { gallery } from '../programs.mjs';
import { runInPages } from './pages.mjs';

/** In the page, as tests/js-run.mjs has it. @param {string} path */
async function inPage(path) {
  let output = '';
  const print = (/** @type {string} */ line) => void (output += `${line}\n`);
  const index = '/dist/js/index.js';
  const { load } = await import(index);
  /** @type {Record<string, string>} */
  const files = {};
  for (const name of ['/tests/gallery/hare.txt', '/tests/gallery/tortoise.txt'])
    files[name] = await (await fetch(name)).text();
  try {
    const app = await load(path, { files, print, printErr: print });
    const status = await app.done;
    app[Symbol.dispose]();
    return { status, output };
  } catch (error) {
    return { status: null, output: output + error };
  }
}

/** @param {{ browserName: import('./launch.mjs').BrowserName, tally: import('../tally.mjs').Tally }} options */
export const run = ({ browserName, tally }) =>
  runInPages({ browserName, tally, tests: gallery(), host: 'js', page: true, inPage });
