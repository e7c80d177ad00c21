// The nodes leg: the gallery and the bridge's tests on the Nodes that package.json promises besides those of the js leg.

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { files, onNode, warm } from '../bridge.mjs';
import { command } from '../command.mjs';
import { REMEDY } from '../engines.mjs';
import { lacksOthers, others } from '../nodes.mjs';
import { gallery, runAll } from '../programs.mjs';

const RUNNER = join(ROOT, 'tests/js-run.mjs');

export const needs = () => (lacksOthers() ? `Node 20, 22 and 24: ${REMEDY}` : null);

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  await warm();
  for (const node of others()) {
    await runAll(tally, gallery(), 'js', (module) => command(node.path, [RUNNER, module]));
    await onNode(tally, node, files());
  }
}
