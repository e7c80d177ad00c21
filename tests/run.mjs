// `npm test`: builds the package, runs the legs one after another and counts. `npm test -- js wasi` runs only those.
// It must not know what a leg does. A leg is tests/legs/NAME.mjs:
//     export const needs = () => null;            // or a sentence: what to install; the leg is then skipped
//     export async function run(tally) { ... }    // tally: tests/tally.mjs
// Under CI=true a skipped leg or case counts as a failure: nothing is green because it did not run.

import { build } from '../wasm/toolchain/build.mjs';
import { CompileError } from '../wasm/toolchain/clang.mjs';
import { Tally } from './tally.mjs';

const LEGS = [
  'types',
  'layout',
  'compile',
  'core-native',
  'core-wasm',
  'conformance',
  'gallery',
  'js',
  'wasi',
  'wasmtime',
  'scenarios',
  'chromium',
  'firefox',
  'cmake',
  'emscripten',
  'pack',
];

const strict = process.env['CI'] === 'true';
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !LEGS.includes(name));
if (unknown.length > 0) {
  console.error(`no leg is called ${unknown.join(', ')}; there are: ${LEGS.join(', ')}`);
  process.exit(2);
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
      await leg.run(tally);
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
  await build();
  console.log(`ok   build        ${((performance.now() - start) / 1000).toFixed(1).padStart(7)} s`);
  const total = new Tally();
  for (const name of chosen.length > 0 ? chosen : LEGS) {
    const { passed, failed, skipped } = await runLeg(name);
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  const bad = total.failed > 0 || (strict && total.skipped > 0) || total.passed === 0;
  if (strict && total.skipped > 0) console.log('CI=true: what was skipped counts as failed');
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = bad ? 1 : 0;
}

main().catch((error) => {
  console.log(error instanceof CompileError ? error.message : error);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exitCode = 1;
});
