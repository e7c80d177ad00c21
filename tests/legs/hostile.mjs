// The hostile leg: random values that misbehave, at random moments, over the border (tests/hostile); what was found once, and new ones.

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command } from '../command.mjs';

const RUN = join(ROOT, 'tests/hostile/run.mjs');
/** Not by chance, so that what is green once stays so: chance is `npm run hostile`'s. */
const SEED = '1';
/** How many: when all is asked for, else. */
const CASES = { all: '20000', few: '4000' };

export const needs = () => null;

/** @param {import('../tally.mjs').Tally} tally @param {boolean} all */
export async function run(tally, all) {
  const cases = all ? CASES.all : CASES.few;
  const { status, output } = await command(process.execPath, [RUN, '--cases', cases, '--seed', SEED], {
    seconds: 1800,
  });
  tally.check(`hostile: ${cases} cases`, status === 0 && output.includes(`${cases} cases`), output);
}
