// The emscripten leg, both shapes of a program that emcc makes. Without Emscripten's JavaScript, for our loader: emcmake builds a user's
// project (tests/cmake/consumer), whose module must import nothing but "caw" and WASI. With it: the same project, then the programs of
// tests/emscripten by the port, as often as matrix.mjs has cells. emcc is on the PATH, or in the tree that .ci/run makes, entered by chroot.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command } from '../command.mjs';
import { emscripten, missing } from '../emscripten/compiler.mjs';
import { matrix } from '../emscripten/matrix.mjs';
import { programs } from '../emscripten/programs.mjs';

const OLDEST = 4; // before, emcc's clang has no coroutines for C
const PRINTS = 'consumer: 42\n';

export const needs = missing;

/** @typedef {import('../tally.mjs').Tally} Tally */
/** @typedef {import('../emscripten/compiler.mjs').Compiler} Compiler */

/** @param {Tally} tally */
export async function run(tally) {
  const compiler = emscripten([
    'CMakeLists.txt',
    'package.json',
    'src',
    'wasm',
    'tests/cmake',
    'tests/emscripten',
    'dist',
  ]);
  try {
    const version = await compiler.tool('emcc', '--version');
    const major = Number(/ (\d+)\.\d+\.\d+ /.exec(version.output)?.[1] ?? 0);
    if (major < OLDEST) return tally.fail(`emcc is older than ${OLDEST}`, version.output);
    await ownLoader(tally, compiler);
    await inCMake(tally, compiler);
    await matrix(tally, compiler);
    await programs(tally, compiler);
  } finally {
    compiler.close();
  }
}

/** The consumer, built by emcmake for a host. @param {Tally} tally @param {Compiler} compiler @param {string} host */
async function consumer(tally, { tool, inside, environment }, host) {
  const project = `${inside}/cawait`;
  const build = `${inside}/build`; // one for both: the core is the same
  const options = ['-G', 'Ninja', `-DHOST=${host}`, `-DCAWAIT_FROM=${project}`, '-DCMAKE_BUILD_TYPE=Release'];
  const configured = await tool('emcmake', 'cmake', '-S', `${project}/tests/cmake/consumer`, '-B', build, ...options);
  const built = configured.status === 0 ? await tool('env', environment, 'ninja', '-C', build, 'consumer') : configured;
  if (built.status !== 0) tally.fail(`emcmake, ${host}`, built.output);
  return built.status === 0;
}

/** @param {Tally} tally @param {Compiler} compiler */
async function ownLoader(tally, compiler) {
  const { tool, inside, outside } = compiler;
  if (!(await consumer(tally, compiler, 'js'))) return;
  const module = join(outside, 'build/consumer.wasm');
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(module)));
  const strange = imports.filter((wanted) => !['caw', 'wasi_snapshot_preview1'].includes(wanted.module));
  tally.check('it imports only caw and WASI', strange.length === 0, JSON.stringify(strange));
  const ran = await command(process.execPath, [join(ROOT, 'tests/js-run.mjs'), module]);
  tally.trace('it runs in our loader', ran, PRINTS);

  // The package's command with this compiler, and without the embedded one.
  const script = `${inside}/cawait/wasm/tool/cawait.mjs`;
  const source = `${inside}/cawait/tests/cmake/consumer/consumer.c`;
  const made = await tool(
    ...['env', `CAWAIT_CACHE=${inside}/cache`, 'node', script, '--cc=emcc', source, '-o', `${inside}/tool.wasm`],
  );
  if (made.status !== 0) return tally.fail('cawait --cc emcc', made.output);
  const run = await command(process.execPath, [join(ROOT, 'tests/js-run.mjs'), join(outside, 'tool.wasm')]);
  tally.trace('cawait --cc emcc', run, PRINTS);
}

/** @param {Tally} tally @param {Compiler} compiler */
async function inCMake(tally, compiler) {
  if (!(await consumer(tally, compiler, 'emscripten'))) return;
  const ran = await command(process.execPath, [join(compiler.outside, 'build/consumer.js')]);
  tally.trace("cawait::emscripten, in Emscripten's JavaScript, by Closure", ran, PRINTS);
}
