// The fuzz leg: programs of random bytes over the public API, streams and the network (tests/fuzz), under ASan and UBSan. What was found
// once is replayed; then each harness looks for more, for more than a minute when all is asked for, else for seconds.

import { HARNESSES, build, fuzz, needs as missing, replay } from '../fuzz/fuzz.mjs';

/** Not by chance, so that what is green once stays so: chance is `npm run fuzz`'s. */
const SEED = 1;
/** For how long each harness looks: when all is asked for, else. */
const SECONDS = { all: 80, few: 10 };

export const needs = missing;

/** @param {import("../tally.mjs").Tally} tally @param {boolean} all */
export async function run(tally, all) {
  const seconds = all ? SECONDS.all : SECONDS.few;
  const wrong = await build();
  if (wrong) return tally.fail('fuzz: the build', wrong);
  for (const { name, wrong: report } of await replay())
    tally.check(`fuzz: kept/${name}`, report === null, report ?? '');
  for (const harness of HARNESSES) {
    const found = await fuzz(harness, seconds, SEED);
    tally.check(`fuzz: ${harness}, ${seconds} s`, found === null, found ? `${found.hex}\n${found.report}` : '');
  }
}
