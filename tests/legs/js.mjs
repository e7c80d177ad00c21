// The js leg: the gallery on the JavaScript host and tests/js/**/*.test.mjs, on this Node; with --all on Node 26, too, and the benchmark.

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { modules } from '../bench/modules.mjs';
import { files, onNode, warm } from '../bridge.mjs';
import { command } from '../command.mjs';
import { REMEDY } from '../engines.mjs';
import { node26, nodes } from '../nodes.mjs';
import { gallery, runAll } from '../programs.mjs';

const RUNNER = join(ROOT, 'tests/js-run.mjs');

export const needs = () => null;

/** @param {import('../tally.mjs').Tally} tally @param {boolean} all */
export async function run(tally, all) {
  await warm();
  if (all) await modules().catch(() => {}); // what fails the test of the benchmark will tell
  for (const node of nodes(all)) {
    await runAll(tally, gallery(), 'js', (module) => command(node.path, [RUNNER, module]));
    await onNode(tally, node, files());
  }
  if (all)
    await onNode(tally, /** @type {import('../nodes.mjs').Node} */ (nodes(all)[0]), ['tests/bench/bench.test.mjs']);
  if (all && !node26()) tally.skip('the same on Node 26', REMEDY);
}
