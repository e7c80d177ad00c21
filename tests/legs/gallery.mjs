// The gallery leg: asyncio's lessons once in real time, all at the same time in one Node; and their originals, by the python3 that
// is here, if there is one, or that CAWAIT_PYTHON names: they print what ours do. In virtual time each host's leg runs the lessons.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, each, which } from '../command.mjs';
import { build, gallery, judge } from '../programs.mjs';

const TOGETHER = join(ROOT, 'tests/gallery/together.mjs');
const ORIGINAL = join(ROOT, 'tests/gallery/run.py');
const TOO_OLD = 3; // what run.py says of a Python that lacks something
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
  const { status, output } = await command(process.execPath, [TOGETHER, ...ready.map(({ module }) => module)]);
  if (status !== 0) return tally.fail('the lessons in real time', output);
  /** @type {import('../command.mjs').Run[]} */
  const runs = JSON.parse(output);
  ready.forEach(({ test }, n) => {
    const { status, output } = runs[n] ?? { status: null, output: '' };
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
  const python = process.env['CAWAIT_PYTHON'] ?? which('python3');
  if (!python) return tally.note('the originals in Python were not run: there is no python3');
  await each(gallery(), async ({ name, source, expected }) => {
    const path = source.replace(/c$/, 'py');
    const run = existsSync(path) ? await command(python, [ORIGINAL, path]) : { status: null, output: 'not there' };
    if (run.status !== TOO_OLD) tally.trace(`${name}.py`, run, expected ?? '');
  });
}
