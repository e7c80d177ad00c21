// The core-wasm leg: the core's tests and the gallery on the simulated host as WebAssembly: checked on this Node; with --all also
// release on the newest there is.

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command } from '../command.mjs';
import { nodes } from '../nodes.mjs';
import { coreTests, gallery, runAll } from '../programs.mjs';

const RUNNER = join(ROOT, 'tests/wasi-run.mjs');

export const needs = () => null;

/** @param {import('../tally.mjs').Tally} tally @param {boolean} all */
export async function run(tally, all) {
  const [oldest, newest = oldest] = nodes().map(({ path }) => path);
  for (const [node = process.execPath, checked] of /** @type {const} */ ([
    [oldest, true],
    [newest, false],
  ]).slice(0, all ? 2 : 1)) {
    const start = (/** @type {string} */ module) => command(node, ['--no-warnings', RUNNER, module]);
    await runAll(tally, [...coreTests(), ...gallery()], 'sim', start, { checked });
  }
}
