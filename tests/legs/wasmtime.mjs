// The wasmtime leg: the WASI host under the wasmtime command, a runtime that shares nothing with Node: the gallery, what else
// the host promises (tests/wasi), the crawler.

import { crawlerTests } from '../crawler/crawl.mjs';
import { command, which } from '../command.mjs';
import { gallery, runAll } from '../programs.mjs';
import { hostTests } from '../wasi/host.mjs';

export const needs = () => (which('wasmtime') ? null : 'put wasmtime 48 on the PATH (cargo install wasmtime-cli)');

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  await runAll(tally, gallery(), 'wasi', (module) => command('wasmtime', ['run', '--dir', '.', module]));
  /** @type {(module: string, ...args: string[]) => string[]} */
  const start = (module, ...args) => ['wasmtime', 'run', '--dir', '.', module, ...args];
  await hostTests(tally, start);
  await crawlerTests(tally, start);
}
