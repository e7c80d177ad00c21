// `npm run hostile`: random hostile values at random moments over the border, until one case fails; it is made small and printed.
//   npm run hostile -- --cases 20000 --seed 7     so many cases; default: 20,000, by chance
//   npm run hostile -- --minutes 120              as many as there is time for
//   npm run hostile -- --kept                     only those that were found once (tests/hostile/kept)
// A case that was found goes into tests/hostile/kept, under a name that says what was wrong.

import { given } from '../../wasm/toolchain/options.mjs';
import { hostile } from './hostile.mjs';

const flags = /** @type {const} */ ({
  cases: { type: 'string', default: '20000' },
  minutes: { type: 'string' },
  seed: { type: 'string' },
  kept: { type: 'boolean', default: false },
});
const { values } = given({ options: flags }, 'usage: npm run hostile -- [--cases N] [--minutes M] [--seed S] [--kept]');
const seed = Number(values.seed ?? Date.now() % 1e9);
async function main() {
  const tester = await hostile();
  let bad = 0;
  for (const { name, steps } of tester.kept()) {
    const wrong = await tester.runCase(steps);
    if (wrong) console.log(`${name}: ${wrong}`);
    bad += wrong ? 1 : 0;
  }
  if (!values.kept) {
    const until = values.minutes
      ? { numRuns: 1e9, seconds: 60 * Number(values.minutes) }
      : { numRuns: Number(values.cases) };
    const { runs, found, wrong } = await tester.search({ seed, ...until });
    console.log(`seed ${seed}, ${runs} cases`);
    if (found) console.log(`${JSON.stringify(found)}\n${wrong}`);
    bad += found ? 1 : 0;
  }
  // The engine may keep one or two by itself, in code that it has made of what ran often.
  const held = await tester.held();
  const leak = held.length > 3;
  if (leak) for (const steps of held) console.log(`held after it has ended: ${JSON.stringify(steps)}`);
  return bad || leak ? 1 : 0;
}

main()
  .catch((error) => (console.log(error), 1))
  .then((status) => process.exit(status));
