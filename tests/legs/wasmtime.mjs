// The wasmtime leg: the wasmtime command, a runtime that shares nothing with Node, in two versions: the core's tests on the simulated host;
// on the WASI host the gallery, what else it promises (tests/wasi), the crawler.

import { crawlerTests } from '../crawler/crawl.mjs';
import { command, which } from '../command.mjs';
import { released } from '../release.mjs';
import { coreTests, gallery, runAll } from '../programs.mjs';
import { hostTests } from '../wasi/host.mjs';

/** By the names that .ci/run gives them. */
const VERSIONS = { wasmtime: 'wasmtime 48 (cargo install wasmtime-cli)', wasmtime49: 'the one of PyPI, as wasmtime49' };

export const needs = () => (which('wasmtime') ? null : `put ${VERSIONS.wasmtime} on the PATH`);

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const make = await released(tally);
  for (const [wasmtime, remedy] of Object.entries(VERSIONS)) {
    if (!which(wasmtime)) {
      tally.skip(`the same in ${wasmtime}`, `put ${remedy} on the PATH`);
      continue;
    }
    const run = (/** @type {string} */ module) => command(wasmtime, ['run', '--dir', '.', module]);
    await runAll(tally, coreTests(), 'sim', run, { make });
    await runAll(tally, gallery(), 'wasi', run);
    /** @type {(module: string, ...args: string[]) => string[]} */
    const start = (module, ...args) => [wasmtime, 'run', '--dir', '.', module, ...args];
    await hostTests(tally, start);
    await crawlerTests(tally, start);
  }
}
