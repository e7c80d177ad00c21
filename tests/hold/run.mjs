// node tests/hold/run.mjs [COUNT]: so many connections (10,000) held open by one server on the native host: what each costs, and what a
// line through one of them costs then. Needs clang-19, cmake, ninja, and a limit of open files that is as high.

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command } from '../command.mjs';

const BUILD = join(ROOT, 'build/hold');

/** @param {string} name @param {string[]} args */
async function step(name, ...args) {
  const { status, output } = await command(name, args, { seconds: 1800 });
  if (status === 0) return output;
  console.error(output);
  process.exit(1);
}

const release = ['-DCMAKE_C_COMPILER=clang-19', '-DCMAKE_BUILD_TYPE=Release', '-DCAWAIT_TESTS=ON'];
await step('cmake', '-S', ROOT, '-B', BUILD, '-G', 'Ninja', ...release);
await step('ninja', '-C', BUILD, 'hold');
process.stdout.write(await step(join(BUILD, 'tests/hold'), ...process.argv.slice(2)));
