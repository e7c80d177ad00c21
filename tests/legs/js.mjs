// The js leg: the gallery on the JavaScript host and tests/js/**/*.test.mjs, on this Node and on Node 26.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command } from '../command.mjs';
import { node26, nodes } from '../nodes.mjs';
import { gallery, runAll } from '../programs.mjs';

const RUNNER = join(ROOT, 'tests/js-run.mjs');

export const needs = () => null;

/** The counts that the test runner prints at its end. @param {string} output @param {string} what */
const count = (output, what) => Number(new RegExp(`^# ${what} (\\d+)`, 'm').exec(output)?.[1] ?? 0);

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const paths = readdirSync(join(ROOT, 'tests/js'), { recursive: true }).map((path) => `tests/js/${path}`);
  const files = paths.filter((path) => path.endsWith('.test.mjs')).sort();
  for (const { name, path } of nodes()) {
    await runAll(tally, gallery(), 'js', (module) => command(path, [RUNNER, module]));
    if (files.length === 0) continue;
    const args = ['--test', '--test-concurrency=2', '--test-timeout=120000', '--test-reporter=tap', ...files];
    const { status, output } = await command(path, args, { cwd: ROOT, seconds: 900 });
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
  if (!node26()) tally.skip('the same on Node 26', 'set CAWAIT_NODE26 to its path, or let .ci/run install it');
}

/** The lines of a TAP text that are about failed tests: each with what is indented under it. @param {string} output */
function failures(output) {
  const passed = /^\s*(ok \d+ - .*|# Subtest: .*)$/;
  const lines = output.split('\n').filter((line) => !passed.test(line));
  return lines.join('\n').replace(/^\s*---\n\s*duration_ms: [\d.]+\n(\s*type: '\w+'\n)?\s*\.\.\.\n/gm, '');
}
