// The fuzzers, built and run: what the leg and the command share. A harness is a program fuzz-NAME, see CMakeLists.txt. A mended
// finding is kept as kept/NAME-what.hex: its bytes in hexadecimal, after lines that say in `#` comments what it was.
// It must not know when or for how long they are run.

import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, which } from '../command.mjs';

const BUILD = join(ROOT, 'build/fuzz');
const KEPT = join(import.meta.dirname, 'kept');

export const HARNESSES = ['api', 'streams', 'net'];

/**
 * The sanitizer keeps the stack of each allocation for ever, once for each different one, and random programs make ever new ones: with 30
 * frames a million programs cost 750 MB, with 2 of them 110. A finding is looked at with all of them, by `npm run fuzz -- FILE.hex`.
 */
const SHORT_STACKS = 'malloc_context_size=2';

/** @param {string} harness */
const program = (harness) => join(BUILD, `tests/fuzz/fuzz-${harness}`);

/** What is missing here to build them, or null. */
export function needs() {
  const missing = ['clang-19', 'cmake', 'ninja'].filter((tool) => !which(tool));
  return missing.length > 0 ? `install ${missing.join(', ')} (and libclang-rt-19-dev for libFuzzer)` : null;
}

/** Builds them; what went wrong, or null. */
export async function build() {
  const options = ['-DCMAKE_C_COMPILER=clang-19', '-DCAWAIT_SANITIZE=ON', '-DCAWAIT_FUZZ=ON'];
  const configured = await command('cmake', ['-S', ROOT, '-B', BUILD, '-G', 'Ninja', ...options]);
  if (configured.status !== 0) return configured.output;
  const built = await command('ninja', ['-C', BUILD], { seconds: 1800 });
  return built.status === 0 ? null : built.output;
}

/** The bytes that a text of kept/ stands for. @param {string} text */
export function bytesOf(text) {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  return Buffer.from(lines.join('').replace(/\s/g, ''), 'hex');
}

/**
 * Replays what was found once and mended: what is wrong with each, null if nothing.
 * @returns {Promise<{ name: string, wrong: string | null }[]>}
 */
export async function replay() {
  const folder = join(BUILD, 'replay');
  mkdirSync(folder, { recursive: true });
  const outcomes = [];
  for (const name of readdirSync(KEPT).sort()) {
    const harness = HARNESSES.find((it) => name.startsWith(`${it}-`));
    if (!harness || !name.endsWith('.hex')) throw new Error(`kept/${name}: not HARNESS-what.hex`);
    const input = join(folder, name.replace(/hex$/, 'bin'));
    writeFileSync(input, bytesOf(readFileSync(join(KEPT, name), 'utf8')));
    const { status, output } = await command(program(harness), ['-timeout=20', input], { seconds: 60 });
    outcomes.push({ name, wrong: status === 0 ? null : output });
  }
  return outcomes;
}

/**
 * Runs a harness for a time, from the programs that earlier runs found worth keeping (build/fuzz/corpus); with a seed, from nothing:
 * the same programs in the same order on every machine, as many as it has time for. What it has found: its
 * bytes, in hexadecimal, and the report; null: nothing.
 * @param {string} harness @param {number} seconds @param {number} [seed]
 * @returns {Promise<{ hex: string, report: string } | null>}
 */
export async function fuzz(harness, seconds, seed) {
  const corpus = join(BUILD, seed ? 'seeded' : 'corpus', harness);
  if (seed) rmSync(corpus, { recursive: true, force: true });
  const finding = join(BUILD, `${harness}.finding`);
  mkdirSync(corpus, { recursive: true });
  rmSync(finding, { force: true });
  const limits = ['-max_len=400', '-timeout=20', '-rss_limit_mb=2500', '-print_funcs=0'];
  const { status, output } = await command(
    program(harness),
    [...limits, `-max_total_time=${seconds}`, `-seed=${seed ?? 0}`, `-exact_artifact_path=${finding}`, corpus],
    { seconds: seconds + 300, env: { ASAN_OPTIONS: SHORT_STACKS } },
  );
  if (status === 0) return null;
  let hex = '';
  try {
    hex = readFileSync(finding).toString('hex').replace(/.{64}/g, '$&\n');
  } catch {
    // It did not get as far as a finding.
  }
  return { hex, report: output.slice(-6000) };
}
