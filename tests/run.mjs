// `npm test`: builds the package, runs the legs that need Node alone, on a selection of the cases, and counts: minutes.
// `npm test -- --all`: every leg, every case. `npm test -- js wasi` runs only those legs.
// It must not know what a leg does. A leg is tests/legs/NAME.mjs:
//     export const needs = () => null;            // or a sentence: what to install; the leg is then skipped
//     export async function run(tally, all) { ... }    // tally: tests/tally.mjs; all: not only what is worth minutes
// Two legs run at a time, for a leg may wait: none may depend on how busy the machine is. With three, on two processors that are one
// core's, npm test took as long.
// Under CI=true a skipped leg or case counts as a failure: nothing is green because it did not run.

import { build } from '../wasm/toolchain/build.mjs';
import { CompileError, expectMany } from '../wasm/toolchain/clang.mjs';
import { given } from '../wasm/toolchain/options.mjs';
import { each } from './command.mjs';
import { Tally } from './tally.mjs';

/** Those that need more than Node (browsers, native compilers, wasmtime, Emscripten) and take long: first, so that no lane is left alone at the end. */
const LONG = ['core-native', 'emscripten', 'firefox', 'bun', 'fuzz', 'webkit', 'workerd', 'chromium'];
/** What needs Node alone. */
const ALONE = [
  'core-wasm',
  'js',
  'tool',
  'conformance',
  'scenarios',
  'types',
  'compile',
  'gallery',
  'wasi',
  'manual',
  'hostile',
  'layout',
];
/** What needs more than Node, and is short. */
const SHORT = [
  'threads',
  'wasip3',
  'deno',
  'nodes',
  'wasmtime',
  'bundlers',
  'pack',
  'wasip2',
  'cmake',
  'net',
  'one-file',
];
const LEGS = [...LONG, ...ALONE, ...SHORT];

const USAGE = `usage: npm test [-- [--all] [LEG ...]]
  without legs: those that need Node alone, with a selection of their cases
  LEG    only these: ${LEGS.join(', ')}
  --all  all cases; without legs: of all legs. Those that need more than Node say how to get it, and are skipped without it;
         under CI=true that is a failure. .ci/run installs everything and runs this
The selection: C programs in the checked build, without those that count steps, no benchmark, the conformance suite in release (all: both builds of
the core's tests, release by clang-19), on this Node (all: Node 26 and wasmtime, too), fewer of the random programs.`;

const { values, positionals: chosen } = given(
  {
    allowPositionals: true,
    options: { all: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  },
  USAGE,
);
const { all } = values;
const strict = process.env['CI'] === 'true';
const unknown = chosen.filter((name) => !LEGS.includes(name));
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`no leg is called ${unknown.join(', ')}`);
  (values.help ? console.log : console.error)(USAGE);
  process.exit(values.help ? 0 : 2);
}

/** @param {string} name */
async function runLeg(name) {
  const leg = await import(`./legs/${name}.mjs`);
  const tally = new Tally();
  const start = performance.now();
  const remedy = leg.needs();
  if (remedy) tally.skip(name, remedy);
  else
    try {
      await leg.run(tally, all);
    } catch (error) {
      tally.fail(name, error instanceof CompileError ? error.message : `${/** @type {any} */ (error)?.stack ?? error}`);
    }
  const verdict = tally.failed > 0 ? 'FAIL' : remedy ? 'skip' : 'ok';
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const counts = remedy ?? `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`;
  console.log(`${verdict.padEnd(5)}${name.padEnd(13)}${seconds.padStart(7)} s  ${counts}`);
  if (!remedy) for (const complaint of tally.complaints) console.log(complaint.replace(/^/gm, '    '));
  return tally;
}

async function main() {
  const start = performance.now();
  if (chosen.length === 0) expectMany();
  await build();
  console.log(`ok   build        ${((performance.now() - start) / 1000).toFixed(1).padStart(7)} s`);
  const total = new Tally();
  await each(chosen.length > 0 ? chosen : all ? LEGS : ALONE, async (name) => {
    const { passed, failed, skipped } = await runLeg(name);
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  });
  if (!all) console.log('a selection: npm test -- --all runs every case, and with more than Node every leg');
  const bad = total.failed > 0 || (strict && total.skipped > 0) || total.passed === 0;
  if (strict && total.skipped > 0) console.log('CI=true: what was skipped counts as failed');
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = bad ? 1 : 0;
  // A leg that leaves something open keeps this process for ever: that is a fault of the leg's, or of ours that it found.
  setTimeout(() => {
    console.log(`FAIL after all: still open: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit(1);
  }, 20_000).unref();
}

main().catch((error) => {
  console.log(error instanceof CompileError ? error.message : error);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exitCode = 1;
});
