// What clang's counters say of a native build that has them (CAWAIT_COVERAGE): where its programs leave their counts, and all of them as
// llvm-cov exports them. Only the library counts, for a macro's branches in a test say nothing of the macro.
// It must not know what is run, nor which counts are enough.

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, which } from '../command.mjs';

/** @typedef {{ functions: import('./branches.mjs').Covered[], lcov: string }} Counts */

/** The tools that are not there. */
export const missing = () => ['llvm-profdata-19', 'llvm-cov-19'].filter((tool) => !which(tool));

/** A tool's output, which must succeed. @param {string} tool @param {string[]} args */
async function output(tool, ...args) {
  const { status, output } = await command(tool, args, { cwd: ROOT });
  if (status !== 0) throw new Error(`${tool}: ${output.slice(-4000)}`);
  return output;
}

/** The counts of a build's programs, which are built and have not run yet. @param {string} build  its folder */
export async function profile(build) {
  const folder = join(build, 'profiles');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });

  // llvm-cov reads no archives of clang 19: all of them in one program, which is not to be run. Older than its profile, of which there is a
  // warning otherwise.
  const everything = join(build, 'all');
  const archives = ['libcawait.a', 'libcawait-sim.a'].map((file) => join(build, file));
  const whole = ['-Wl,--whole-archive', ...archives, '-Wl,--no-whole-archive', '-Wl,--unresolved-symbols=ignore-all'];
  await output('clang-19', '-fprofile-instr-generate', ...whole, '-lm', '-o', everything);

  /** The environment of a program. Its runs go into one file: what tells programs apart (%m) is the same for some. @param {string} program */
  const environment = (program) => ({ LLVM_PROFILE_FILE: join(folder, `${program}-%2m.profraw`) });

  /** All that was counted. @returns {Promise<Counts>} */
  const counts = async () => {
    const raw = readdirSync(folder).map((file) => join(folder, file));
    const merged = join(build, 'merged.profdata');
    await output('llvm-profdata-19', 'merge', ...raw, '-o', merged);
    const from = [`-instr-profile=${merged}`, everything];
    const json = await output('llvm-cov-19', 'export', '-format=text', ...from);
    const lcov = await output('llvm-cov-19', 'export', '-format=lcov', ...from);
    return { functions: JSON.parse(json).data[0].functions, lcov };
  };
  return { environment, counts };
}
