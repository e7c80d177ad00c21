// What the legs of runtimes share that take a script and have a test runner, as Node does: Deno and Bun.
// It must not know which one it is.

import { join } from 'node:path';
import { ROOT } from '../wasm/toolchain/sources.mjs';
import { files, judgeBridge, warm } from './bridge.mjs';
import { command } from './command.mjs';
import { engine, REMEDY } from './engines.mjs';
import { conformance, gallery, runAll } from './programs.mjs';

const LESSON = join(ROOT, 'tests/js-run.mjs');
const SUITE = join(ROOT, 'tests/conformance/run.mjs');

/**
 * @param {{
 *   name: 'deno' | 'bun', env: Record<string, string>,
 *   script: string[], test: string[],
 *   words: import('./bridge.mjs').Words, known: Record<string, string>
 * }} runtime  script, test: what comes before a script, before the files of tests
 */
export function runtimeLeg({ name, env, script, test, words, known }) {
  return {
    needs: () => (engine(name) ? null : `${name}: ${REMEDY}`),
    /** @param {import('./tally.mjs').Tally} tally */
    async run(tally) {
      const path = engine(name) ?? name;
      /** @param {string[]} args */
      const start = (...args) => command(path, [...script, ...args], { cwd: ROOT, env });
      await runAll(tally, gallery(), 'js', (module) => start(LESSON, module));
      await runAll(tally, conformance(), 'sim', (module) => start(SUITE, module), { checked: false });
      await warm();
      const bridge = files().filter((path) => !path.startsWith('tests/js/node/')); // what is Node's own
      const args = [...test, ...bridge.map((path) => `./${path}`)];
      const { output } = await command(path, args, { cwd: ROOT, env, seconds: 1800 });
      judgeBridge(tally, name, output, bridge, words, known);
    },
  };
}
