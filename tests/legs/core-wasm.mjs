// The core-wasm leg: the core's tests and the gallery on the simulated host as WebAssembly: checked, by the embedded compiler, on this
// Node; with --all also release, on the newest Node there is. Those that count steps are for --all, and core-native: they have a library
// of their own, whose compiling is a quarter of this leg's time.

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command } from '../command.mjs';
import { nodes } from '../nodes.mjs';
import { coreTests, gallery, runAll } from '../programs.mjs';
import { released } from '../release.mjs';

const RUNNER = join(ROOT, 'tests/wasi-run.mjs');

export const needs = () => null;

/** @param {import('../tally.mjs').Tally} tally @param {boolean} all */
export async function run(tally, all) {
  const tests = [...coreTests().filter(({ name }) => all || !name.startsWith('steps_')), ...gallery()];
  const [oldest, newest] = nodes().map(({ path }) => path);
  /** @param {string | undefined} node @param {string} module */
  const start = (node = process.execPath, module) => command(node, ['--no-warnings', RUNNER, module]);
  await runAll(tally, tests, 'sim', (module) => start(oldest, module));
  if (!all) return;
  const make = await released(tally);
  await runAll(tally, tests, 'sim', (module) => start(newest, module), { make });
}
