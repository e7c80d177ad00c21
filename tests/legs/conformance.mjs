// The conformance leg: CPython's tests of asyncio, played in C (tests/conformance), in virtual time as WebAssembly: built once,
// run by the loader's own libc and by node:wasi; with --all in the newest Node and by wasmtime, too. core-native runs them under sanitizers.
// Before that, the table: every test of CPython's is played, or it says why not.

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, which } from '../command.mjs';
import { checkTable } from '../conformance/table.mjs';
import { nodes } from '../nodes.mjs';
import { conformance, judge, runAll } from '../programs.mjs';

const LOADER = join(ROOT, 'tests/conformance/run.mjs');
const WASI = join(ROOT, 'tests/wasi-run.mjs');

export const needs = () => null;

/** @param {import('../tally.mjs').Tally} tally @param {boolean} all */
export async function run(tally, all) {
  checkTable(tally);
  const newest = nodes(all).at(-1)?.path ?? process.execPath;
  const wasmtime = all && which('wasmtime');
  if (all && !wasmtime) tally.skip('the conformance suite in wasmtime', 'put wasmtime 48 on the PATH');
  const tests = conformance();
  const start = async (/** @type {string} */ module) => {
    const test = tests.find(({ name }) => module.endsWith(`/${name}.wasm`)) ?? {
      name: module,
      source: '',
      expected: null,
    };
    judge(tally, test, await command(newest, [LOADER, module]));
    if (wasmtime) judge(tally, test, await command(wasmtime, ['run', module]));
    return command(process.execPath, ['--no-warnings', WASI, module]);
  };
  await runAll(tally, tests, 'sim', start, { checked: false });
}
