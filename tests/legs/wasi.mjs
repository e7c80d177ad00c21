// The wasi leg: the WASI host under node:wasi, on every Node: the gallery, and what else the host promises (tests/wasi).

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command } from '../command.mjs';
import { nodes } from '../nodes.mjs';
import { gallery, runAll } from '../programs.mjs';
import { hostTests } from '../wasi/host.mjs';

const RUNNER = join(ROOT, 'tests/wasi-run.mjs');

export const needs = () => null;

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  for (const { path } of nodes()) {
    await runAll(tally, gallery(), 'wasi', (module) => command(path, ['--no-warnings', RUNNER, module]));
    await hostTests(tally, (module, ...args) => [path, '--no-warnings', RUNNER, module, ...args]);
  }
}
