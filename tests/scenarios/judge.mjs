// Scenarios as test cases: the programs that are kept, and what a leg's tally is told of runs.
// It must not know on which hosts they run.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sideBySide } from './compare.mjs';
import { cases } from './conform.mjs';
import { remembered } from './oracle.mjs';

/** @typedef {import('./conform.mjs').Case} Case */
/** @typedef {import('./conform.mjs').Difference} Difference */

const SEED = 2026;
const FOLDER = join(import.meta.dirname, 'regressions');

/** The kept programs: those with CPython's trace, and those of which it has none, which need only be survived. */
export function kept() {
  const lines = readdirSync(FOLDER).flatMap((name) => readFileSync(join(FOLDER, name), 'utf8').split('\n'));
  /** @type {Case[]} */
  const traced = [];
  /** @type {string[]} */
  const survived = [];
  for (const text of lines.filter(Boolean)) {
    const { trace } = JSON.parse(text);
    if (trace) traced.push({ text, expected: trace });
    else survived.push(text);
  }
  return { traced, survived };
}

/** Random ones, the same every time, and what CPython has no trace of. @param {number} count @param {{ coarse?: boolean }} [options] */
export async function random(count, options) {
  const { found, without } = await cases(SEED, count, 0, { ...options, ask: remembered });
  return { traced: found, survived: [...without.values()].flat() };
}

/**
 * @param {import('../tally.mjs').Tally} tally @param {string} name @param {number} count  of the programs that ran
 * @param {{ differences: Difference[], complaints?: string[] }} outcome
 */
export function judge(tally, name, count, { differences, complaints = [] }) {
  tally.pass(count - differences.length);
  const [first] = differences;
  if (first) {
    const { text, expected, got, host } = first;
    tally.fail(
      `${name}: ${differences.length} of ${count} programs differ`,
      `${text}\n${sideBySide(host, expected, got)}`,
    );
    tally.failed += differences.length - 1;
  }
  for (const complaint of complaints) tally.fail(name, complaint);
}
