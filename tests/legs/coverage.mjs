// The coverage leg: which lines and branches of src the tests run, natively: the core's tests, the conformance suite, the gallery, the
// tests of threads, random scenarios, some of these with each allocation failing. Two builds: checked without pools, so that every block can fail;
// release with pools. Only the library is instrumented, for a macro's branches in a test say nothing of the macro.
// tests/coverage/excused.txt names ways of branches that cannot be taken, with the reason.

import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, each, which } from '../command.mjs';
import { lines, sides } from '../coverage/branches.mjs';
import { excuse, report } from '../coverage/report.mjs';
import { conformance, coreTests, gallery, judge, threads } from '../programs.mjs';
import { kept, random } from '../scenarios/judge.mjs';
import { through } from '../scenarios/lines.mjs';

const BUILD = join(ROOT, 'build/coverage');
const SCENARIOS = 3000;
const SWEPT = 60;
/**
 * How much of src must be covered: what was reached; to be raised, never lowered. `can`: of the ways that can be taken, which are those
 * without an excuse. What is missed is listed in build/coverage/missed.txt.
 */
const LEAST = { lines: 0.999, ways: 0.957, can: 0.975 };

const BUILDS = {
  checked: ['-DCAWAIT_CHECKED=ON', '-DCMAKE_C_FLAGS=-DCAW_NO_POOL'],
  pooled: [],
};

export function needs() {
  const missing = ['clang-19', 'cmake', 'ninja', 'llvm-profdata-19', 'llvm-cov-19'].filter((tool) => !which(tool));
  return missing.length > 0 ? `install ${missing.join(', ')} (and libclang-rt-19-dev)` : null;
}

/** A tool's output, which must succeed. @param {string} tool @param {string[]} args */
async function output(tool, ...args) {
  const { status, output } = await command(tool, args, { cwd: ROOT });
  if (status !== 0) throw new Error(`${tool}: ${output.slice(-4000)}`);
  return output;
}

/**
 * Builds one build, runs everything, and gives what ran.
 * @param {import('../tally.mjs').Tally} tally @param {string} name @param {string[]} options
 */
async function ran(tally, name, options) {
  const build = join(BUILD, name);
  const profiles = join(build, 'profiles');
  const cmake = ['-S', ROOT, '-B', build, '-G', 'Ninja', '-DCMAKE_C_COMPILER=clang-19', '-DCAWAIT_TESTS=ON'];
  await output('cmake', ...cmake, '-DCAWAIT_COVERAGE=ON', ...options);
  const built = await command('ninja', ['-C', build, '-k', '0'], { seconds: 3600 });
  tally.check(`ninja: the programs, ${name}`, built.status === 0, built.output.slice(-4000));
  // llvm-cov reads no archives of clang 19: all of them in one program, which is not to be run. Older than its profile,
  // of which there is a warning otherwise.
  const everything = join(build, 'all');
  const archives = ['libcawait.a', 'libcawait-sim.a'].map((file) => join(build, file));
  const whole = ['-Wl,--whole-archive', ...archives, '-Wl,--no-whole-archive', '-Wl,--unresolved-symbols=ignore-all'];
  await output('clang-19', '-fprofile-instr-generate', ...whole, '-lm', '-o', everything);
  rmSync(profiles, { recursive: true, force: true });
  mkdirSync(profiles);
  // A file for each program, in which its runs are merged: the signature (%m) that tells programs apart is the same for some.
  const profiled = (/** @type {string} */ program) => ({ LLVM_PROFILE_FILE: join(profiles, `${program}-%2m.profraw`) });
  await each([...coreTests(), ...conformance(), ...gallery('sim'), ...threads()], async ({ name, ...test }) =>
    judge(tally, { name, ...test }, await command(join(build, 'tests', name), [], { env: profiled(name) })),
  );
  const { traced } = await random(SCENARIOS);
  const texts = [...kept().traced, ...traced].map(({ text }) => text);
  const profile = `LLVM_PROFILE_FILE=${profiled('scenarios').LLVM_PROFILE_FILE}`;
  const program = /** @type {const} */ (['env', profile, join(build, 'tests/scenarios')]);
  for (const [
    what,
    command,
    programs,
  ] of /** @type {[string, import('../scenarios/lines.mjs').Command, string[]][]} */ ([
    ['scenarios', program, [...texts, ...kept().survived]],
    ['scenarios with failing allocations', [...program, '--sweep'], texts.slice(0, SWEPT)],
  ])) {
    // Their traces are core-native's business.
    const { answers, complaints } = await through(command, programs);
    const dead = answers.flatMap((answer) => ('died' in answer ? [answer.died] : []));
    tally.check(`${what}, ${name}`, dead.length + complaints.length === 0, [...dead, ...complaints].join('\n'));
  }
  const raw = readdirSync(profiles).map((file) => join(profiles, file));
  const merged = join(build, 'merged.profdata');
  await output('llvm-profdata-19', 'merge', ...raw, '-o', merged);
  const from = [`-instr-profile=${merged}`, everything];
  const json = await output('llvm-cov-19', 'export', '-format=text', ...from);
  const lcov = await output('llvm-cov-19', 'export', '-format=lcov', ...from);
  return { functions: JSON.parse(json).data[0].functions, lcov };
}

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const runs = [];
  for (const [name, options] of Object.entries(BUILDS)) runs.push(await ran(tally, name, options));
  const all = sides(runs.flatMap(({ functions }) => functions));
  const missed = all.filter(({ taken }) => taken === 0);
  const known = [...lines(runs.map(({ lcov }) => lcov)).values()];
  const never = known.filter(({ ran }) => ran === 0);
  const text = readFileSync(join(ROOT, 'tests/coverage/excused.txt'), 'utf8');
  const { left, stale, faults } = excuse(text, missed);
  const list = report([...never.map((line) => ({ ...line, what: 'never runs' })), ...left.map(described)]);
  writeFileSync(join(BUILD, 'missed.txt'), `${list}\n`);
  for (const [what, covered, count, least] of /** @type {[string, number, number, number][]} */ ([
    ['lines', known.length - never.length, known.length, LEAST.lines],
    ['ways of branches', all.length - missed.length, all.length, LEAST.ways],
    ['of them that can be taken', all.length - missed.length, all.length - missed.length + left.length, LEAST.can],
  ])) {
    const said = `${((covered / count) * 100).toFixed(2)} % of ${count} ${what}`;
    tally.note(said);
    tally.check(`enough ${what} are covered`, covered / count >= least, `${said}\n${list}`);
  }
  tally.note(`${left.length} ways are neither taken nor excused: build/coverage/missed.txt`);
  tally.check('each excuse has its branch', stale.length === 0, stale.join('\n'));
  tally.check('each excuse has its reason', faults.length === 0, faults.join('\n'));
}

/** @param {import('../coverage/branches.mjs').Side} side */
const described = ({ path, line, within, text, side }) => ({ path, line, what: `${within}: (${text}) ${side}` });
