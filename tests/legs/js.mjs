// The js leg: the gallery on the JavaScript host and tests/js/**/*.test.mjs, on this Node; with --all on Node 26, too.

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { modules } from '../bench/modules.mjs';
import { command, each } from '../command.mjs';
import { nodeTests } from '../node-tests.mjs';
import { node26, nodes } from '../nodes.mjs';
import { gallery, runAll } from '../programs.mjs';

const RUNNER = join(ROOT, 'tests/js-run.mjs');

export const needs = () => null;

/** Flags that tests build with, besides. @type {Record<string, string>} */
const FLAGS = { 'errors.c': '-DFAILS' };

/**
 * Builds what the tests will, into the cache: the compiler takes ten seconds of processor time to warm up, in each process that
 * starts it. What fails the tests will tell.
 * @param {string[]} paths
 */
async function warm(paths) {
  const jobs = paths.flatMap((path) => {
    const flag = FLAGS[basename(path)];
    return [[], ...(flag ? [[flag]] : [])].map((flags) => ({ sources: [join(ROOT, path)], flags }));
  });
  await each(jobs, async (job) => void (await program({ host: 'js', ...job }).catch(() => {})));
  await modules().catch(() => {});
}

/** @param {import('../tally.mjs').Tally} tally @param {boolean} all */
export async function run(tally, all) {
  const paths = readdirSync(join(ROOT, 'tests/js'), { recursive: true }).map((path) => `tests/js/${path}`);
  const files = paths.filter((path) => path.endsWith('.test.mjs')).sort();
  await warm(paths.filter((path) => path.endsWith('.c')));
  for (const { name, path } of nodes(all)) {
    await runAll(tally, gallery(), 'js', (module) => command(path, [RUNNER, module]));
    if (files.length === 0) continue;
    await nodeTests(tally, files, { name, path });
  }
  if (all && !node26()) tally.skip('the same on Node 26', 'set CAWAIT_NODE26 to its path, or let .ci/run install it');
}
