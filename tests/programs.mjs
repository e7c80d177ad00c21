// The test programs in C: tests/c/NAME.c and tests/conformance/NAME.c say `ok name` for each case, tests/gallery/NN-name.c prints
// what NN-name.expected holds. Builds them for a host and judges their runs.
// It must not know where they run: a leg hands in that part.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../wasm/toolchain/program.mjs';
import { ROOT } from '../wasm/toolchain/sources.mjs';
import { each } from './command.mjs';

/** @typedef {{ name: string, source: string, expected: string | null }} Test  expected: the whole output, if it is known */
/** @typedef {import('./command.mjs').Run} Run */

/** @param {string} folder  @returns {Test[]} */
function under(folder) {
  const path = join(ROOT, 'tests', folder);
  if (!existsSync(path)) return [];
  const names = readdirSync(path).filter((name) => name.endsWith('.c'));
  return names.sort().map((name) => {
    const trace = join(path, name.replace(/\.c$/, '.expected'));
    const expected = existsSync(trace) ? readFileSync(trace, 'utf8') : null;
    return { name: name.replace(/\.c$/, ''), source: join(path, name), expected };
  });
}

/** The core's tests: they need the simulated host. */
export const coreTests = () => under('c');

/** CPython's own tests, played in C: they need the simulated host. */
export const conformance = () => under('conformance');

/** The lessons: the same on every host. */
export const gallery = () => under('gallery');

/** @param {import('./tally.mjs').Tally} tally @param {Test} test @param {Run} run */
export function judge(tally, { name, expected }, run) {
  if (expected === null) tally.program(name, run);
  else tally.trace(name, run, expected);
}

/**
 * Builds each program for a host with the embedded compiler and runs it.
 * @param {import('./tally.mjs').Tally} tally @param {Test[]} tests @param {'js' | 'wasi' | 'sim'} host
 * @param {(module: string) => Promise<Run>} start  runs the module at that path
 * @param {{ checked?: boolean, width?: number }} [options]
 */
export async function runAll(tally, tests, host, start, { checked = true, width = 2 } = {}) {
  await each(
    tests,
    async (test) => {
      const out = join(ROOT, 'build/tests', host, `${test.name}.wasm`);
      try {
        await program({ host, sources: [test.source], out, checked });
      } catch (error) {
        return tally.fail(`${test.name} for ${host}`, /** @type {Error} */ (error).message);
      }
      judge(tally, test, await start(out));
    },
    width,
  );
}
