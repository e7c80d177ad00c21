// The js leg: the gallery on the JavaScript host and tests/js/**/*.test.mjs, on this Node; with --all on Node 26, too.

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { modules } from '../bench/modules.mjs';
import { command, each } from '../command.mjs';
import { node26, nodes } from '../nodes.mjs';
import { gallery, runAll } from '../programs.mjs';

const RUNNER = join(ROOT, 'tests/js-run.mjs');

export const needs = () => null;

/** Flags that tests build with: the package's command, and one of their own. @type {Record<string, string>} */
const FLAGS = { 'types.c': '-Wno-error', 'errors.c': '-DFAILS' };

/**
 * Builds what the tests will, into the cache: the compiler takes ten seconds of processor time to warm up, in each process that
 * starts it. What fails the tests will tell.
 * @param {string[]} paths
 */
async function warm(paths) {
  const jobs = paths.flatMap((path) => {
    const flag = FLAGS[basename(path)];
    return [[], ...(flag ? [[flag]] : [])].map((flags) => ({ sources: [join(ROOT, path)], flags }));
  });
  await each(jobs, async (job) => void (await program({ host: 'js', ...job }).catch(() => {})));
  await modules().catch(() => {});
}

/** The counts that the test runner prints at its end. @param {string} output @param {string} what */
const count = (output, what) => Number(new RegExp(`^# ${what} (\\d+)`, 'm').exec(output)?.[1] ?? 0);

/** @param {import('../tally.mjs').Tally} tally @param {boolean} all */
export async function run(tally, all) {
  const paths = readdirSync(join(ROOT, 'tests/js'), { recursive: true }).map((path) => `tests/js/${path}`);
  const files = paths.filter((path) => path.endsWith('.test.mjs')).sort();
  await warm(paths.filter((path) => path.endsWith('.c')));
  for (const { name, path } of nodes(all)) {
    await runAll(tally, gallery(), 'js', (module) => command(path, [RUNNER, module]));
    if (files.length === 0) continue;
    const args = ['--test', '--test-concurrency=2', '--test-timeout=600000', '--test-reporter=tap', ...files];
    const { status, output } = await command(path, args, { cwd: ROOT, seconds: 3600 });
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
  if (all && !node26()) tally.skip('the same on Node 26', 'set CAWAIT_NODE26 to its path, or let .ci/run install it');
}

/** The lines of a TAP text that are about failed tests: each with what is indented under it. @param {string} output */
function failures(output) {
  const passed = /^\s*(ok \d+ - .*|# Subtest: .*)$/;
  const lines = output.split('\n').filter((line) => !passed.test(line));
  return lines.join('\n').replace(/^\s*---\n\s*duration_ms: [\d.]+\n(\s*type: '\w+'\n)?\s*\.\.\.\n/gm, '');
}
