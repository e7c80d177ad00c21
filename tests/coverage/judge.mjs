// How much of src must be covered, and whether it is; excused.txt names ways of branches that cannot be taken, with the reason.
// It must not know what ran.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { lines, sides } from './branches.mjs';
import { excuse, report } from './report.mjs';

const MISSED = 'build/coverage/missed.txt';
/** What was reached; to be raised, never lowered. `can`: of the ways that can be taken, which are those without an excuse. */
const LEAST = { lines: 0.999, ways: 0.957, can: 0.975 };

/** @param {import('../tally.mjs').Tally} tally @param {import('./profile.mjs').Counts[]} runs  of several builds: what one of them took is taken */
export function judge(tally, runs) {
  const all = sides(runs.flatMap(({ functions }) => functions));
  const missed = all.filter(({ taken }) => taken === 0);
  const known = [...lines(runs.map(({ lcov }) => lcov)).values()];
  const never = known.filter(({ ran }) => ran === 0);
  const text = readFileSync(join(import.meta.dirname, 'excused.txt'), 'utf8');
  const { left, stale, faults } = excuse(text, missed);
  const list = report([...never.map((line) => ({ ...line, what: 'never runs' })), ...left.map(described)]);
  mkdirSync(dirname(join(ROOT, MISSED)), { recursive: true });
  writeFileSync(join(ROOT, MISSED), `${list}\n`);
  for (const [what, covered, count, least] of /** @type {[string, number, number, number][]} */ ([
    ['lines', known.length - never.length, known.length, LEAST.lines],
    ['ways of branches', all.length - missed.length, all.length, LEAST.ways],
    ['of them that can be taken', all.length - missed.length, all.length - missed.length + left.length, LEAST.can],
  ])) {
    const said = `${((covered / count) * 100).toFixed(2)} % of ${count} ${what}`;
    tally.note(said);
    tally.check(`enough ${what} are covered`, covered / count >= least, `${said}\n${list}`);
  }
  tally.note(`${left.length} ways are neither taken nor excused: ${MISSED}`);
  tally.check('each excuse has its branch', stale.length === 0, stale.join('\n'));
  tally.check('each excuse has its reason', faults.length === 0, faults.join('\n'));
}

/** @param {import('./branches.mjs').Side} side */
const described = ({ path, line, within, text, side }) => ({ path, line, what: `${within}: (${text}) ${side}` });
