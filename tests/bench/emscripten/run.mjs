// `npm run bench -- --emscripten`: ours inside a program of emcc's beside what Emscripten itself has for waiting: promise.h, embind's
// co_await, JSPI and Asyncify. All do the same in turn, in one process for each row; of several processes each one's best counts.
// It must not know who they are (contenders.mjs).

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { emscripten, missing } from '../../emscripten/compiler.mjs';
import { node26 } from '../../nodes.mjs';
import { CONTENDERS } from './contenders.mjs';
import { build } from './programs.mjs';

const ROWS = [
  { row: 'C awaits a settled promise', key: 'await_promise' },
  { row: 'JS awaits an export', key: 'at_once' },
  { row: 'JS awaits an export that waits once', key: 'after_a_wait' },
  { row: 'spawn a child that waits once, and await it', key: 'await_spawned' },
];
const NAMES = CONTENDERS.map(({ name }) => name);

/** @param {string[]} cells */
const print = (cells) =>
  console.log(
    cells
      .map((text, n) => text.padEnd(n ? 19 : 46))
      .join('')
      .trimEnd(),
  );

/** @param {boolean} quick */
export async function bench(quick) {
  const node = node26();
  const lacking = missing() ?? (node ? null : 'Node 26, which has JSPI (CAWAIT_NODE26 names one)');
  if (lacking || !node) throw new Error(lacking ?? '');
  const compiler = emscripten(['package.json', 'dist', 'tests/bench']);
  try {
    const sizes = await build(compiler);
    const sample = async (/** @type {string} */ key) => {
      const args = [join(import.meta.dirname, 'sample.mjs'), compiler.outside, key, quick ? '0.03' : '0.3'];
      return (await promisify(execFile)(node, args)).stdout;
    };
    await sample('hello');
    /** @type {Record<string, Record<string, number>[]>} */
    const samples = {};
    for (let n = 0; n < (quick ? 1 : 5); n++)
      for (const { key } of ROWS) (samples[key] ??= []).push(JSON.parse(await sample(key)));

    print(['ns; in brackets: ours as a multiple of it', ...NAMES]);
    for (const { row, key } of ROWS) {
      const of = NAMES.map((name) => Math.min(...(samples[key] ?? []).map((one) => one[name] ?? NaN)));
      const [own = NaN] = of;
      print([row, ...of.map((ns) => (Number.isNaN(ns) ? '-' : `${ns.toFixed(0)} (${(own / ns).toFixed(2)}x)`))]);
    }
    const plain = sizes.get('plain') ?? { js: NaN, gzip: NaN, wasm: NaN };
    const added = (/** @type {'js' | 'gzip' | 'wasm'} */ what) =>
      NAMES.map((name) => String((sizes.get(name)?.[what] ?? NaN) - plain[what]));
    print([`hello, JS added to ${plain.js} bytes, by Closure`, ...added('js')]);
    print([`hello, the same gzipped, to ${plain.gzip}`, ...added('gzip')]);
    print([`hello, wasm added to ${plain.wasm} bytes`, ...added('wasm')]);
    console.log('must: faster than each of the others on every row; JS added at most 7168 bytes, 3072 gzipped');
  } finally {
    compiler.close();
  }
}
