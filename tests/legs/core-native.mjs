// The core-native leg: CMake's native build with clang-19 under ASan and UBSan; runs the core's tests, those in C++, the conformance
// suite, the gallery, the tests of threads and random scenarios, some of these with each allocation failing.

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, each, which } from '../command.mjs';
import { conform } from '../scenarios/conform.mjs';
import { judge as judgeScenarios, kept, random } from '../scenarios/judge.mjs';
import { conformance, coreTests, cpp, gallery, judge, threads } from '../programs.mjs';

const BUILD = join(ROOT, 'build/native');
const SCENARIOS = 3000;
const SWEPT = 60;

export function needs() {
  const missing = ['clang-19', 'clang++-19', 'cmake', 'ninja'].filter((tool) => !which(tool));
  return missing.length > 0 ? `install ${missing.join(', ')} (and libclang-rt-19-dev for the sanitizers)` : null;
}

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const options = ['-DCMAKE_C_COMPILER=clang-19', '-DCAWAIT_SANITIZE=ON', '-DCAWAIT_CHECKED=ON', '-DCAWAIT_TESTS=ON'];
  const configured = await command('cmake', ['-S', ROOT, '-B', BUILD, '-G', 'Ninja', ...options]);
  if (configured.status !== 0) return tally.fail('cmake', configured.output);
  const library = await command('ninja', ['-C', BUILD, 'cawait_sim', 'cawait_core']);
  if (library.status !== 0) return tally.fail('ninja: the library', library.output);
  // Every program is built that can be: one that does not compile fails alone.
  const built = await command('ninja', ['-C', BUILD, '-k', '0'], { seconds: 1800 });
  tally.check('ninja: the programs', built.status === 0, built.output);
  await each([...coreTests(), ...conformance(), ...gallery('sim'), ...threads(), ...cpp()], async (test) => {
    judge(tally, test, await command(join(BUILD, 'tests', test.name), []));
  });
  const { traced } = await random(SCENARIOS);
  judgeScenarios(tally, 'scenarios natively', traced.length, await conform('native', traced));
  const few = [...kept().traced, ...traced.slice(0, SWEPT)];
  judgeScenarios(
    tally,
    'scenarios natively, allocations failing',
    few.length,
    await conform('native', few, { sweep: true }),
  );
}
