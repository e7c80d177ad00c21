// Builds a test's C program and loads it, keeping what it prints and reports. It must not know what is tested.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { load } from '../../dist/js/node.js';
import { program } from '../../wasm/toolchain/program.mjs';

/** Where the C programs of a test are: new URL('x.c', import.meta.url). @param {URL} source @param {string[]} [flags] */
export const build = (source, flags = []) => program({ host: 'js', sources: [fileURLToPath(source)], flags });

/** @type {Map<string, Promise<WebAssembly.Module>>} */
const modules = new Map();

/** The compiled module, once for all the tests of a file. @param {URL} source */
export function compiled(source) {
  const known = modules.get(source.href);
  if (known) return known;
  const making = build(source).then((bytes) => WebAssembly.compile(bytes));
  modules.set(source.href, making);
  return making;
}

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
 * Runs text as a program of this Node and gives its exit code and output; `load` and `source` (URL of the module) are there.
 * @param {URL} source @param {string} text
 * @returns {Promise<{ code: number | null, out: string, ms: number }>}
 */
export async function process_(source, text) {
  const bytes = Buffer.from(await build(source)).toString('base64');
  const entry = new URL('../../dist/js/node.js', import.meta.url).href;
  const code = `import { load } from '${entry}'; const bytes = Buffer.from('${bytes}', 'base64');\n${text}`;
  const begun = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.on('data', (part) => (out += part));
  child.stderr.on('data', (part) => (out += part));
  child.stdin.end(code);
  const status = await new Promise((resolve) => child.on('close', resolve));
  return { code: status, out, ms: performance.now() - begun };
}

export { load, pathToFileURL };
