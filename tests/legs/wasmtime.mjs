// The wasmtime leg: the WASI host under the wasmtime command, a runtime that shares nothing with Node: the gallery, and what else
// the host promises (tests/wasi).

import { command, which } from '../command.mjs';
import { gallery, runAll } from '../programs.mjs';
import { hostTests } from '../wasi/host.mjs';

export const needs = () => (which('wasmtime') ? null : 'put wasmtime 48 on the PATH (cargo install wasmtime-cli)');

const RUN = ['run', '--dir', '.'];

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  await runAll(tally, gallery(), 'wasi', (module) => command('wasmtime', [...RUN, module]));
  await hostTests(tally, (module, ...args) => ['wasmtime', ...RUN, module, ...args]);
}
