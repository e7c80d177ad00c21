// The core-native leg: CMake's native builds with clang-19. Checked under ASan and UBSan, where there are no pools, so that every block can
// fail: the core's tests, those in C++, the conformance suite, the gallery, the tests of threads and random scenarios, some of these with
// each allocation failing. Unchecked with pools: the core's tests and the scenarios. What of src ran in one of them is the coverage.

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, each, which } from '../command.mjs';
import { judge as judgeCoverage } from '../coverage/judge.mjs';
import { missing as missingOf, profile } from '../coverage/profile.mjs';
import { conform } from '../scenarios/conform.mjs';
import { run as runOn } from '../scenarios/hosts.mjs';
import { judge as judgeScenarios, kept, random } from '../scenarios/judge.mjs';
import { conformance, coreTests, cpp, gallery, judge, threads } from '../programs.mjs';

const BUILDS = {
  sanitized: {
    folder: join(ROOT, 'build/native'),
    // Calls in place of inlined checks: a quarter less to compile, and little is run.
    options: [
      ...['-DCAWAIT_SANITIZE=ON', '-DCAWAIT_CHECKED=ON'],
      '-DCMAKE_C_FLAGS=-mllvm -asan-instrumentation-with-call-threshold=0',
    ],
    tests: () => [...coreTests(), ...conformance(), ...gallery('sim'), ...threads(), ...cpp()],
  },
  pooled: { folder: join(ROOT, 'build/native-pooled'), options: [], tests: coreTests },
};
const SCENARIOS = 3000;
const SWEPT = 60;

export function needs() {
  const tools = ['clang-19', 'clang++-19', 'cmake', 'ninja'].filter((tool) => !which(tool));
  const missing = [...tools, ...missingOf()];
  return missing.length > 0 ? `install ${missing.join(', ')} (and libclang-rt-19-dev for the sanitizers)` : null;
}

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const counts = [];
  for (const [name, build] of Object.entries(BUILDS)) {
    const counted = await inBuild(tally, name, build);
    if (!counted) return;
    counts.push(await counted());
  }
  judgeCoverage(tally, counts);
}

/**
 * Builds one, and runs everything. Gives what counts what ran; or null, if nothing did.
 * @param {import('../tally.mjs').Tally} tally @param {string} name
 * @param {{ folder: string, options: string[], tests: () => import('../programs.mjs').Test[] }} build
 */
async function inBuild(tally, name, { folder, options, ...build }) {
  const tests = build.tests();
  const all = [...options, '-DCMAKE_C_COMPILER=clang-19', '-DCAWAIT_TESTS=ON', '-DCAWAIT_COVERAGE=ON'];
  const configured = await command('cmake', ['-S', ROOT, '-B', folder, '-G', 'Ninja', ...all]);
  if (configured.status !== 0) {
    tally.fail(`cmake, ${name}`, configured.output);
    return null;
  }
  const library = await command('ninja', ['-C', folder, 'cawait_sim', 'cawait_core', 'scenarios']);
  if (library.status !== 0) {
    tally.fail(`ninja: the library, ${name}`, library.output);
    return null;
  }
  // Every program is built that can be: one that does not compile fails alone.
  const built = await command('ninja', ['-C', folder, '-k', '0', ...tests.map(({ name }) => name)], { seconds: 1800 });
  tally.check(`ninja: the programs, ${name}`, built.status === 0, built.output);

  const { environment, counts } = await profile(folder);
  await each(tests, async (test) => {
    judge(tally, test, await command(join(folder, 'tests', test.name), [], { env: environment(test.name) }));
  });
  const { traced } = await random(SCENARIOS);
  const old = kept();
  const program = { folder, env: environment('scenarios') };
  /** @param {string} what @param {import('../scenarios/conform.mjs').Case[]} cases @param {boolean} [sweep] */
  const check = async (what, cases, sweep = false) =>
    judgeScenarios(tally, `${what}, ${name}`, cases.length, await conform('native', cases, { ...program, sweep }));
  await check('scenarios natively', [...old.traced, ...traced]);
  await check('scenarios natively, allocations failing', [...old.traced, ...traced.slice(0, SWEPT)], true);
  const { outcomes } = await runOn('native', old.survived, program);
  for (const [n, outcome] of outcomes.entries())
    tally.check(`survives ${old.survived[n]}`, 'trace' in outcome, 'died' in outcome ? outcome.died : '');
  return counts;
}
