// The core-wasm leg: the core's tests and the gallery on the simulated host as WebAssembly: checked, by the embedded compiler, on this
// Node; with --all also release, by clang-19 and CMake, on the newest Node there is.

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { configureWasi, needsWasi } from '../cmake/wasi.mjs';
import { command, each } from '../command.mjs';
import { nodes } from '../nodes.mjs';
import { coreTests, expectedOn, gallery, judge, runAll } from '../programs.mjs';

const RUNNER = join(ROOT, 'tests/wasi-run.mjs');
const BUILD = join(ROOT, 'build/core-wasm');

export const needs = () => null;

/** @param {import('../tally.mjs').Tally} tally @param {boolean} all */
export async function run(tally, all) {
  const tests = [...coreTests(), ...gallery()];
  const [oldest, newest] = nodes().map(({ path }) => path);
  /** @param {string | undefined} node @param {string} module */
  const start = (node = process.execPath, module) => command(node, ['--no-warnings', RUNNER, module]);
  await runAll(tally, tests, 'sim', (module) => start(oldest, module));
  if (!all) return;
  const missing = needsWasi('wasm32-wasip1');
  if (missing) return tally.skip('the release build, by clang-19', missing);
  const configured = await configureWasi('wasm32-wasip1', BUILD);
  if (configured.status !== 0) return tally.fail('cmake', configured.output);
  // Every program is built that can be: one that does not compile fails alone.
  const built = await command('ninja', ['-C', BUILD, '-k', '0', ...tests.map(({ name }) => name)], { seconds: 1800 });
  tally.check('ninja: the programs', built.status === 0, built.output);
  await each(tests, async (test) => {
    const expected = expectedOn(test, 'sim');
    judge(tally, { ...test, expected }, await start(newest, join(BUILD, 'tests', test.name)));
  });
}
