// Runs files of node:test in processes of their own and counts their cases for a leg.
// It must not know what they test.

import { ROOT } from '../wasm/toolchain/sources.mjs';
import { command } from './command.mjs';

/** The counts that the test runner prints at its end. @param {string} output @param {string} what */
const count = (output, what) => Number(new RegExp(`^# ${what} (\\d+)`, 'm').exec(output)?.[1] ?? 0);

/** The lines of a TAP text that are about failed tests: each with what is indented under it. @param {string} output */
function failures(output) {
  const passed = /^\s*(ok \d+ - .*|# Subtest: .*)$/;
  const lines = output.split('\n').filter((line) => !passed.test(line));
  return lines.join('\n').replace(/^\s*---\n\s*duration_ms: [\d.]+\n(\s*type: '\w+'\n)?\s*\.\.\.\n/gm, '');
}

/**
 * @param {import('./tally.mjs').Tally} tally @param {string[]} files  in the checkout
 * @param {{ name: string, path: string }} [node]  of which Node
 */
export async function nodeTests(tally, files, { name, path } = { name: 'this Node', path: process.execPath }) {
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
