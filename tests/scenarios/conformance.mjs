// `npm run conformance -- --seed S --count N --host H`: N random programs, on CPython and on a host; the first that differs is
// shown side by side, with status 1.
//   --from I    begins with program I of the seed
//   --shrink    first makes that program as small as it can be
//   --programs  only prints the programs; --traces: only CPython's traces of them
// CPython is the npm package pyodide; CAWAIT_PYTHON=python3.15 takes that one, five times as fast.

import { given } from '../../wasm/toolchain/options.mjs';
import { readable, sideBySide } from './compare.mjs';
import { cases, conform } from './conform.mjs';
import { programs } from './generate.mjs';
import { HOST_NAMES } from './hosts.mjs';
import { oracle } from './oracle.mjs';
import { shrink } from './shrink.mjs';

/** @typedef {import('./conform.mjs').Difference} Difference */

const AT_ONCE = 5000;

const USAGE = `usage: npm run conformance -- [--seed S] [--count N] [--from I] [--host ${HOST_NAMES.join('|')}] [--shrink]`;
const options = /** @type {const} */ ({
  seed: { type: 'string', default: '1' },
  count: { type: 'string', default: '1000' },
  from: { type: 'string', default: '0' },
  host: { type: 'string', default: 'sim' },
  shrink: { type: 'boolean', default: false },
  programs: { type: 'boolean', default: false },
  traces: { type: 'boolean', default: false },
});
const { values } = given({ options }, USAGE);
const [seed, count, from] = [values.seed, values.count, values.from].map(Number);
const host = HOST_NAMES.find((name) => name === values.host);
if (seed === undefined || !Number.isInteger(seed) || !count || !(count > 0) || from === undefined || !host) {
  console.error(USAGE);
  process.exit(2);
}

/** @param {Difference} found  @returns {Promise<Difference>} */
async function smallest(found) {
  /** @type {Map<string, Difference>} */
  const known = new Map([[found.text, found]]);
  const still = async (/** @type {import('./generate.mjs').Program[]} */ candidates) => {
    const texts = candidates.map((program) => JSON.stringify(program));
    const traces = await oracle(texts);
    const checkable = texts.flatMap((text, n) => {
      const expected = traces[n];
      return Array.isArray(expected) ? [{ text, expected }] : [];
    });
    const { differences } = await conform(found.host, checkable);
    for (const one of differences) known.set(one.text, one);
    return texts.map((text) => known.has(text));
  };
  const small = JSON.stringify(await shrink(JSON.parse(found.text), still));
  return known.get(small) ?? found;
}

/** @param {Difference} found */
function show({ text, expected, got, host }) {
  console.log(`${text}\n\n${readable(JSON.parse(text))}\n\n${sideBySide(host, expected, got)}`);
}

async function main() {
  if (values.programs || values.traces) {
    const texts = programs(seed ?? 1, count ?? 1, from);
    for (const line of values.programs ? texts : (await oracle(texts)).map((trace) => JSON.stringify(trace)))
      console.log(line);
    return;
  }
  const { found, without } = await cases(seed ?? 1, count ?? 1, from);
  for (let start = 0; start < found.length; start += AT_ONCE) {
    const { differences, complaints } = await conform(host ?? 'sim', found.slice(start, start + AT_ONCE));
    const [first] = differences;
    if (first) {
      show(values.shrink ? await smallest(first) : first);
      console.log(
        `\nprogram ${found.findIndex(({ text }) => text === first.text) + 1} of ${found.length} of seed ${seed} differs on ${host}`,
      );
    }
    for (const complaint of complaints) console.log(complaint);
    if (first || complaints.length > 0) {
      process.exitCode = 1;
      return;
    }
  }
  const left = [...without].map(([reason, texts]) => `${texts.length}: ${reason}`);
  console.log(
    `${found.length} programs of seed ${seed} run on ${host} as in CPython (left out, since it has no trace of them: ${left.join(', ') || 'none'})`,
  );
}

main().catch((error) => {
  console.error(error?.message ?? error);
  process.exitCode = 2;
});
