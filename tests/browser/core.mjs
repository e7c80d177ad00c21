// The conformance suite on the simulated host in a real browser: its engine, its WebAssembly, the loader's own libc; in Firefox, whose
// engine no other leg has, the core's tests, too (Chromium's is Node's; WebKit's pages take long to open). It must not know what the
// programs test.

import { conformance, coreTests } from '../programs.mjs';
import { released } from '../release.mjs';
import { runInPages } from './pages.mjs';

/** In the page: runs one command and gives what it printed. @param {string} path */
async function inPage(path) {
  /** @type {string[]} */
  const lines = [];
  const print = (/** @type {string} */ line) => void lines.push(`${line}\n`);
  const parts = ['/dist/js/base/machine.js', '/dist/js/libc/libc.js', '/dist/js/run/late.js'];
  const [{ Machine }, { libcImports }, late] = await Promise.all(parts.map((part) => import(part)));
  const machine = new Machine(() => {}, late);
  const module = await WebAssembly.compileStreaming(fetch(path));
  const imports = { wasi_snapshot_preview1: libcImports(machine, { print, printErr: print }, module) };
  const instance = await WebAssembly.instantiate(module, imports);
  machine.x = instance.exports;
  try {
    machine.x._start();
    machine.flush();
    return { status: 0, output: lines.join('') };
  } catch (error) {
    machine.flush();
    const { type, errno = 0 } = /** @type {any} */ (error);
    return { status: type === 'SystemExit' ? errno : null, output: `${lines.join('')}${error}\n` };
  }
}

/**
 * @param {{ browserName: import('./launch.mjs').BrowserName, tally: import('../tally.mjs').Tally }} options
 */
export async function run({ browserName, tally }) {
  const where = /** @type {const} */ ({ browserName, tally, host: 'sim', checked: false, inPage });
  if (browserName === 'firefox') await runInPages({ ...where, tests: coreTests(), make: await released(tally) });
  await runInPages({ ...where, tests: conformance() });
}
