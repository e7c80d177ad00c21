// The tool leg: the package's command and cawait/build, used as a user does; tests/tool/*.test.mjs. The first run compiles some
// thirty small programs.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { onNode } from '../bridge.mjs';

export const needs = () => null;

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const names = readdirSync(join(ROOT, 'tests/tool')).filter((name) => name.endsWith('.test.mjs'));
  const files = names.sort().map((name) => `tests/tool/${name}`);
  await onNode(tally, { name: 'this Node', path: process.execPath }, files);
}
