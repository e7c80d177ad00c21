// The gallery leg: asyncio's lessons once in real time, all at the same time in one Node; and their originals in CPython (pyodide):
// they print what ours do. In virtual time each host's leg runs the lessons.

import { basename, join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, each } from '../command.mjs';
import { build, gallery, judge } from '../programs.mjs';

const TOGETHER = join(ROOT, 'tests/gallery/together.mjs');
const ORIGINALS = join(ROOT, 'tests/gallery/originals.mjs');
/** @type {import('../command.mjs').Run} */
const NONE = { status: null, output: '' };
const LATE = 0.5; // seconds that a line may come after its time: the machine may be busy

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
    const { status, output } = runs[n] ?? NONE;
    judge(tally, test, { status, output: forgiven(output, test.expected ?? '') });
  });
}

/** A trace with the time of a line put right where it is late, but not by much. @param {string} output @param {string} expected */
function forgiven(output, expected) {
  const time = /^ *\d+\.\d(?=  )/;
  const wanted = expected.split('\n').map((line) => time.exec(line)?.[0]);
  const lines = output.split('\n').map((line, n) =>
    line.replace(time, (got) => {
      const late = Number(got) - Number(wanted[n] ?? NaN);
      return late > 0 && late <= LATE ? `${wanted[n]}` : got;
    }),
  );
  return lines.join('\n');
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
 * @returns {Promise<import('../command.mjs').Run[]>}
 */
async function runsOf(tally, script, args) {
  const { status, output } = await command(process.execPath, [script, ...args]);
  if (status === 0) return JSON.parse(output);
  tally.fail(basename(script), output);
  return [];
}
