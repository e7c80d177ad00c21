// The core's tests in release, as WebAssembly for the simulated host: made once for all legs that run them somewhere. A stock compiler makes
// them by CMake, in half of the embedded compiler's time; without one the embedded compiler does, of which the other legs have enough.
// It must not know where they run.

import { join } from 'node:path';
import { ROOT } from '../wasm/toolchain/sources.mjs';
import { configureWasi, needsWasi } from './cmake/wasi.mjs';
import { command } from './command.mjs';
import { build, coreTests, expectedOn, gallery } from './programs.mjs';

/** @typedef {import('./programs.mjs').Test} Test */
/** @typedef {(test: Test) => Promise<import('./programs.mjs').Built | null>} Make */

const BUILD = join(ROOT, 'build/core-wasm');

/** @type {Promise<import('./command.mjs').Run> | undefined} */
let made;

/** All of them and the gallery. Every program is built that can be: one that does not compile fails alone. */
async function make() {
  const configured = await configureWasi('wasm32-wasip1', BUILD);
  if (configured.status !== 0) return configured;
  const names = [...coreTests(), ...gallery()].map(({ name }) => name);
  return command('ninja', ['-C', BUILD, '-k', '0', ...names], { seconds: 1800 });
}

/**
 * What gives each test's module. What could not be made is told to each who asks.
 * @param {import('./tally.mjs').Tally} tally  @returns {Promise<Make>}
 */
export async function released(tally) {
  if (needsWasi('wasm32-wasip1')) return (test) => build(tally, test, 'sim', { checked: false });
  made ??= make();
  const { status, output } = await made;
  tally.check("the core's tests in release, by clang-19", status === 0, output);
  return async (test) => ({
    test: { ...test, expected: expectedOn(test, 'sim') },
    module: join(BUILD, 'tests', test.name),
  });
}
