// The bridge's tests (tests/js) on a runtime that has a test runner of its own, and the gallery there: what Node, Deno and Bun share.
// It must not know which runtime it is.

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { program } from '../wasm/toolchain/program.mjs';
import { ROOT } from '../wasm/toolchain/sources.mjs';
import { command, each } from './command.mjs';

const PATHS = readdirSync(join(ROOT, 'tests/js'), { recursive: true }).map((path) => `tests/js/${path}`);

/** The tests, from the root. */
export const files = () => PATHS.filter((path) => path.endsWith('.test.mjs')).sort();

/** Flags that tests build with, besides. @type {Record<string, string>} */
export const FLAGS = { 'errors.c': '-DFAILS' };

/**
 * Builds what the tests will, into the cache: the compiler takes ten seconds of processor time to warm up, in each process that
 * starts it. What fails the tests will tell.
 */
export async function warm() {
  const sources = [...PATHS.filter((path) => path.endsWith('.c')), 'tests/places/place.c'];
  const jobs = sources.flatMap((path) => {
    const flag = FLAGS[basename(path)];
    return [[], ...(flag ? [[flag]] : [])].map((flags) => ({ sources: [join(ROOT, path)], flags }));
  });
  await each(jobs, async (job) => void (await program({ host: 'js', ...job }).catch(() => {})));
}

/** The counts that Node's test runner prints at its end. @param {string} output @param {string} what */
const count = (output, what) => Number(new RegExp(`^# ${what} (\\d+)`, 'm').exec(output)?.[1] ?? 0);

/**
 * By Node's runner.
 * @param {import('./tally.mjs').Tally} tally @param {import('./nodes.mjs').Node} node @param {string[]} files
 * @param {Record<string, string>} [env]  what the environment has besides
 */
export async function onNode(tally, { name, path }, files, env = {}) {
  const args = ['--test', '--test-concurrency=2', '--test-timeout=600000', '--test-reporter=tap', ...files];
  const { status, output } = await command(path, args, { cwd: ROOT, env, seconds: 3600 });
  const failed = count(output, 'fail') + count(output, 'cancelled');
  tally.pass(count(output, 'pass'));
  if (status !== 0) {
    tally.fail(`node --test on ${name}`, failures(output));
    tally.failed += Math.max(0, failed - 1);
  }
  const skipped = count(output, 'skipped') + count(output, 'todo');
  if (skipped > 0) {
    tally.skip(`${skipped} on ${name}`, output.match(/^.*# SKIP.*$/gm)?.join('; ') ?? '');
    tally.skipped += skipped - 1;
  }
}

/** The lines of a TAP text that are about failed tests: each with what is indented under it. @param {string} output */
function failures(output) {
  const passed = /^\s*(ok \d+ - .*|# Subtest: .*)$/;
  const lines = output.split('\n').filter((line) => !passed.test(line));
  return lines.join('\n').replace(/^\s*---\n\s*duration_ms: [\d.]+\n(\s*type: '\w+'\n)?\s*\.\.\.\n/gm, '');
}

/**
 * By another runner, whose words these are: a line for each file, then one for each of its tests.
 * @typedef {{ file: RegExp, passed: RegExp, failed: RegExp }} Words  each finds, in a line, a path or a test's name
 */

/**
 * What a runner said. A test that is known to fail there must; a file must have tests that ran.
 * @param {import('./tally.mjs').Tally} tally @param {string} host @param {string} output @param {string[]} files
 * @param {Words} words @param {Record<string, string>} known  why a test cannot pass there, by its name
 */
export function judgeBridge(tally, host, output, files, words, known) {
  /** @type {Map<string, number>} how many tests passed or failed, by file */
  const ran = new Map(files.map((path) => [path, 0]));
  const failed = new Set();
  let file = '';
  for (const line of output.split('\n')) {
    file = files.find((path) => words.file.exec(line)?.[1] === path) ?? file;
    const good = words.passed.exec(line)?.[1];
    const bad = words.failed.exec(line)?.[1];
    if (good === undefined && bad === undefined) continue;
    ran.set(file, (ran.get(file) ?? 0) + 1);
    if (bad) failed.add(bad);
    else tally.pass();
  }
  for (const [path, count] of ran) if (!count) tally.fail(`${path} on ${host}`, output);
  for (const name of failed) if (!(name in known)) tally.fail(`${name} on ${host}`, output);
  for (const name of Object.keys(known))
    if (!failed.has(name)) tally.fail(`${name} on ${host}`, 'it is known to fail there, and did not');
}
