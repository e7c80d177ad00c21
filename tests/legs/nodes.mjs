// The nodes leg: the gallery and the bridge's tests on the other Nodes that package.json promises, the oldest of 20 and of 22 and one of
// 24; the js leg has the Node at hand and 26. The benchmark is not run again.

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { files, onNode, warm } from '../bridge.mjs';
import { command } from '../command.mjs';
import { REMEDY } from '../engines.mjs';
import { others } from '../nodes.mjs';
import { gallery, runAll } from '../programs.mjs';

const RUNNER = join(ROOT, 'tests/js-run.mjs');
const COUNT = 3;

export const needs = () => (others().length < COUNT ? `Node 20, 22 and 24: ${REMEDY}` : null);

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  await warm();
  const bridge = files().filter((path) => !path.startsWith('tests/js/bench/'));
  for (const node of others()) {
    await runAll(tally, gallery(), 'js', (module) => command(node.path, [RUNNER, module]));
    await onNode(tally, node, bridge);
  }
}
