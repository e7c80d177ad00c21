// The wasi leg: the gallery on the WASI host under node:wasi. What else the host promises is tests/js/wasi's business.

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command } from '../command.mjs';
import { gallery, runAll } from '../programs.mjs';

const RUNNER = join(ROOT, 'tests/wasi-run.mjs');

export const needs = () => null;

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const start = (/** @type {string} */ module) => command(process.execPath, ['--no-warnings', RUNNER, module]);
  await runAll(tally, gallery(), 'wasi', start);
}
