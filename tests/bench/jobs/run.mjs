// `npm run bench -- --jobs`: what a job costs in a pool of two workers: the round trip of an empty one, many of a kilobyte 16 at a time, one
// of 64 MB that is handed over; and an item of a channel from one worker to the other; beside workers that only post and answer, Comlink, piscina and CPython's processes. Rounds of all are interleaved, and
// each one's best counts.
// It must not know who they are (pools.mjs).

import { cpython, pools } from './pools.mjs';

/** How many, and what one takes is said in. @type {{ row: string, key: 'roundTrips' | 'kilobytes' | 'megabytes' | 'items' | 'itemsByHome', unit: string, scale: number }[]} */
const ROWS = [
  { row: 'round trip of an empty job', key: 'roundTrips', unit: 'us', scale: 1e6 },
  { row: 'a job of 1 KB, 16 at a time', key: 'kilobytes', unit: 'us', scale: 1e6 },
  { row: 'a job of 64 MB', key: 'megabytes', unit: 'ms', scale: 64e3 },
  { row: 'an item to another worker', key: 'items', unit: 'us', scale: 1e6 },
  { row: 'the same by way of home', key: 'itemsByHome', unit: 'us', scale: 1e6 },
];

/** @param {boolean} quick */
export async function bench(quick) {
  const counts = {
    roundTrips: quick ? 200 : 5000,
    kilobytes: quick ? 200 : 5000,
    megabytes: 64,
    items: quick ? 500 : 20000,
    itemsByHome: quick ? 500 : 5000,
  };
  const all = await pools();
  /** @type {Record<string, Record<string, number>>} seconds for one, by row and pool */
  const best = Object.fromEntries(ROWS.map(({ key }) => [key, {}]));
  const note = (/** @type {string} */ key, /** @type {string} */ name, /** @type {number} */ seconds) => {
    const of = best[key] ?? {};
    of[name] = Math.min(of[name] ?? Infinity, seconds / counts[/** @type {keyof typeof counts} */ (key)]);
  };
  try {
    for (const pool of Object.values(all)) await pool.roundTrips(100);
    for (let round = 0; round < (quick ? 1 : 7); round++)
      for (const { key } of ROWS)
        for (const [name, pool] of Object.entries(all)) {
          const begun = performance.now();
          const asked = pool[key]?.(counts[key]);
          if (!asked) continue;
          await asked;
          note(key, name, (performance.now() - begun) / 1000);
        }
  } finally {
    for (const pool of Object.values(all)) await pool.end();
  }
  const python = await cpython(counts);
  for (const [key, seconds] of Object.entries(python ?? {})) note(key, 'CPython', seconds);

  const names = [...Object.keys(all), ...(python ? ['CPython'] : [])];
  console.log(['', 'unit', ...names].map((text, n) => text.padEnd(n ? 18 : 30)).join(''));
  for (const { row, key, unit, scale } of ROWS) {
    const of = best[key] ?? {};
    const own = of['cawait'] ?? NaN;
    const cells = names.map((name) => {
      const one = of[name];
      return one === undefined ? '-' : `${(one * scale).toFixed(1)} (${(own / one).toFixed(2)}x)`;
    });
    console.log([row, unit, ...cells].map((text, n) => text.padEnd(n ? 18 : 30)).join(''));
  }
  console.log('in brackets: ours as a multiple of it; must: at most 1.3x of postMessage on the first row, aim 1.1x');
}
