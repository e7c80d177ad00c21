// The wasmtime leg: the gallery on the WASI host under the wasmtime command, a runtime that shares nothing with Node.

import { command, which } from '../command.mjs';
import { gallery, runAll } from '../programs.mjs';

export const needs = () => (which('wasmtime') ? null : 'put wasmtime 48 on the PATH (cargo install wasmtime-cli)');

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  await runAll(tally, gallery(), 'wasi', (module) => command('wasmtime', ['run', '--dir', '.', module]));
}
