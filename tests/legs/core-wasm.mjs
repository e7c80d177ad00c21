// The core-wasm leg: the core's tests and the gallery on the simulated host as WebAssembly, checked and release.

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command } from '../command.mjs';
import { coreTests, gallery, runAll } from '../programs.mjs';

const RUNNER = join(ROOT, 'tests/wasi-run.mjs');

export const needs = () => null;

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const start = (/** @type {string} */ module) => command(process.execPath, ['--no-warnings', RUNNER, module]);
  for (const checked of [true, false]) await runAll(tally, [...coreTests(), ...gallery()], 'sim', start, { checked });
}
