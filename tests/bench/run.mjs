// `npm run bench`: what each row of the table costs, ours beside plain JavaScript and the bare scheduler, in one run.
//   npm run bench -- --json     only an array of {row, ns, js_ns, ratio, unit}; ns is in that unit
//   npm run bench -- --quick    fewer and shorter processes: shows that it works, the numbers are rough
//   npm run bench -- --only yields,spawns      those rows (keys of rows.mjs)
//   npm run bench -- --wasi     servers under wasmtime instead, beside Rust's and natively Node's and CPython's (wasi/run.mjs)
//   npm run bench -- --jobs     jobs of executors instead, beside postMessage, Comlink, piscina and CPython's processes (jobs/run.mjs)
//   npm run bench -- --emscripten   inside a program of emcc's instead, beside promise.h, co_await, JSPI and Asyncify (emscripten/run.mjs)
//   npm run bench -- --python   columns for CPython's asyncio: in the npm package pyodide, and a python3 of this machine
// CAWAIT_BENCH_PRIORITY=1: the processes run before everything else on the machine (chrt, needs root), for a busy one.

import { execFile, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { given } from '../../wasm/toolchain/options.mjs';
import { node26 } from '../nodes.mjs';
import { median } from './measure.mjs';
import { modules } from './modules.mjs';
import { ROWS } from './rows.mjs';
import { table } from './table.mjs';

/** @typedef {import('./measure.mjs').Numbers} Numbers */

const USAGE = `usage: npm run bench -- [--json] [--quick] [--python] [--wasi] [--jobs] [--emscripten] [--only KEY,KEY...]; the keys:
  ${ROWS.map(({ key }) => key).join(' ')}`;
const flags = /** @type {const} */ ({
  json: { type: 'boolean', default: false },
  quick: { type: 'boolean', default: false },
  only: { type: 'string' },
  python: { type: 'boolean', default: false },
  wasi: { type: 'boolean', default: false },
  jobs: { type: 'boolean', default: false },
  emscripten: { type: 'boolean', default: false },
});
const { values: options } = given({ options: flags }, USAGE);
const unknown = options.only?.split(',').find((key) => !ROWS.some((row) => row.key === key));
if (unknown !== undefined) {
  console.error(`no row has the key '${unknown}'\n${USAGE}`);
  process.exit(2);
}
if (options.wasi) {
  await (await import('./wasi/run.mjs')).bench(options.quick);
  process.exit(0);
}
if (options.jobs) {
  await (await import('./jobs/run.mjs')).bench(options.quick);
  process.exit(0);
}
if (options.emscripten) {
  await (await import('./emscripten/run.mjs')).bench(options.quick);
  process.exit(0);
}
const PROCESSES = options.quick ? 2 : 5;
const SECONDS = options.quick ? 0.03 : 0.25;
const node = node26() ?? process.execPath;

/** The command that goes before a process's own. */
function priority() {
  if (process.env['CAWAIT_BENCH_PRIORITY'] !== '1') return [];
  const chrt = ['chrt', '-f', '50'];
  if (spawnSync('chrt', ['-f', '50', 'true']).status === 0) return chrt;
  console.error('CAWAIT_BENCH_PRIORITY: chrt is not there or may not be used; measuring without it');
  return [];
}

/** One process's numbers for a row. @param {string} key @param {string[]} before  @returns {Promise<Numbers>} */
async function sample(key, before) {
  const [file = '', ...args] = [...before, node, '--expose-gc', join(import.meta.dirname, 'sample.mjs'), key];
  const { stdout } = await promisify(execFile)(file, [...args, String(SECONDS)]);
  return JSON.parse(stdout);
}

/** CPython's numbers by what runs it. @param {string[]} before  @returns {Promise<Record<string, Record<string, number>>>} */
async function pythons(before) {
  const [file = '', ...args] = [...before, node, join(import.meta.dirname, 'python.mjs')];
  return JSON.parse((await promisify(execFile)(file, args)).stdout);
}

/** @param {(number | undefined)[]} numbers */
const middle = (numbers) => {
  const known = numbers.filter((number) => number !== undefined);
  return known.length > 0 ? median(known) : null;
};

async function main() {
  const only = options.only?.split(',');
  const rows = ROWS.filter(({ key }) => !only || only.includes(key));
  /** @type {Record<string, Numbers[]>} */
  const samples = {};
  for (const [key, ours] of Object.entries(await modules())) samples[key] = [{ ours }];
  const measured = rows.filter(({ key }) => !samples[key]);
  const before = priority();
  // All rows in turn, then all again: a machine that is slow for a while is so for every row.
  for (let n = 0; n < PROCESSES; n++)
    for (const { key } of measured) (samples[key] ??= []).push(await sample(key, before));

  const others = options.python ? await pythons(before) : {};
  const results = rows.map((row) => {
    const all = samples[row.key] ?? [];
    const ns = middle(all.map(({ ours }) => ours)) ?? NaN;
    const js_ns = middle(all.map(({ js }) => js));
    return {
      ...row,
      ns,
      js_ns,
      bare: middle(all.map(({ bare }) => bare)),
      ratio: js_ns === null ? null : ns / js_ns,
      pythons: Object.fromEntries(Object.entries(others).map(([name, rows]) => [name, rows[row.key] ?? null])),
    };
  });
  if (options.json) {
    console.log(JSON.stringify(results.map(({ row, ns, js_ns, ratio, unit }) => ({ row, ns, js_ns, ratio, unit }))));
    return;
  }
  const { stdout } = await promisify(execFile)(node, ['--version']);
  console.log(`node ${stdout.trim()}, ${cpus()[0]?.model.trim()}, medians of ${PROCESSES} processes\n`);
  console.log(table(results));
}

main().catch((error) => {
  console.error(error.stack ?? error);
  process.exitCode = 1;
});
