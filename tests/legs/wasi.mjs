// The wasi leg: the WASI host under node:wasi, on every Node: the gallery, what else the host promises (tests/wasi), the crawler.

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { crawlerTests } from '../crawler/crawl.mjs';
import { command } from '../command.mjs';
import { nodes } from '../nodes.mjs';
import { gallery, runAll } from '../programs.mjs';
import { hostTests } from '../wasi/host.mjs';

const RUNNER = join(ROOT, 'tests/wasi-run.mjs');

export const needs = () => null;

/** @param {import('../tally.mjs').Tally} tally @param {boolean} all */
export async function run(tally, all) {
  for (const { path } of nodes(all)) {
    await runAll(tally, gallery(), 'wasi', (module) => command(path, ['--no-warnings', RUNNER, module]));
    /** @type {(module: string, ...args: string[]) => string[]} */
    const start = (module, ...args) => [path, '--no-warnings', RUNNER, module, ...args];
    await hostTests(tally, start);
    await crawlerTests(tally, start);
  }
}
