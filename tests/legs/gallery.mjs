// The gallery leg: asyncio's lessons once in real time, all at the same time in one Node; and their originals in CPython (pyodide):
// they print what ours do. In virtual time each host's leg runs the lessons.
// Real time is measured inside (tests/clock/real.c): on a busy machine a lesson takes longer and prints the same.

import { basename, join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, each } from '../command.mjs';
import { build, gallery, judge } from '../programs.mjs';

const TOGETHER = join(ROOT, 'tests/gallery/together.mjs');
const ORIGINALS = join(ROOT, 'tests/gallery/originals.mjs');
/** @type {import('../command.mjs').Run} */
const NONE = { status: null, output: '' };

export const needs = () => null;

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  await inRealTime(tally);
  await originals(tally);
}

/** @param {import('../tally.mjs').Tally} tally */
async function inRealTime(tally) {
  /** @type {import('../programs.mjs').Built[]} */
  const ready = [];
  await each(gallery(), async (test) => {
    const built = await build(tally, test, 'js', { realTime: true });
    if (built) ready.push(built);
  });
  const runs = await runsOf(
    tally,
    TOGETHER,
    ready.map(({ module }) => module),
  );
  ready.forEach(({ test }, n) => {
    const run = runs[n] ?? { ...NONE, seconds: 0 };
    judge(tally, test, run);
    // The time of the last line; the timers of Node count in milliseconds from whole ones.
    const least = Math.max(0, ...[...run.output.matchAll(/^ *(\d+\.\d)(?=  )/gm)].map(([, time]) => Number(time)));
    tally.check(`${test.name} takes its time`, run.seconds > least - 0.005, `${least} s were over in ${run.seconds}`);
  });
}

/** @param {import('../tally.mjs').Tally} tally */
async function originals(tally) {
  const tests = gallery();
  const runs = await runsOf(
    tally,
    ORIGINALS,
    tests.map(({ name }) => `${name}.py`),
  );
  tests.forEach(({ name, expected }, n) => tally.trace(`${name}.py`, runs[n] ?? NONE, expected ?? ''));
}

/**
 * What a script prints of its arguments: a JSON array of runs.
 * @param {import('../tally.mjs').Tally} tally @param {string} script @param {string[]} args
 * @returns {Promise<(import('../command.mjs').Run & { seconds: number })[]>}
 */
async function runsOf(tally, script, args) {
  const { status, output } = await command(process.execPath, [script, ...args]);
  if (status === 0) return JSON.parse(output);
  tally.fail(basename(script), output);
  return [];
}
