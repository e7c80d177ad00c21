// Which sides of the branches of src were never taken, and which lines never run, in llvm-cov's export of one build or several.
// It must not know what ran, nor which of them are excused.
//
// A condition that is written in src is a branch with two ways. One in a macro of the manual is one branch, wherever src uses the
// macro: in most uses most ways are closed (a function without CAW_DEFER has none to run). But each suspension in src must be cut
// off: that way counts for each use, for there faults hid. What two builds of a file both have is one branch.

import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';

/** @typedef {[line: number, column: number, lineEnd: number, columnEnd: number, ...rest: number[]]} Span */
/** @typedef {{ name: string, filenames: string[], regions: Span[], branches: Span[] }} Covered  a function, as llvm-cov exports it */
/**
 * @typedef {object} Side    one way out of a condition
 * @property {string} path   of the file, in src
 * @property {string} within the function; or the macro
 * @property {number} line   in that file
 * @property {string} text   the condition
 * @property {boolean} side  which way
 */

const EXPANSION = 1; // the kind of a region that is a macro's use
const TRANSPARENT = /^CAW__(UN)?LIKELY\b/; // of what is in its brackets
const CUT_OFF = 'CAW__SUSPEND_TO: case 1 true';

/** @type {Map<string, string[]>} */
const texts = new Map();

/** What is written at a span. @param {string} file @param {Span} span */
function written(file, [line, column, lineEnd, columnEnd]) {
  const lines = texts.get(file) ?? readFileSync(file, 'utf8').split('\n');
  texts.set(file, lines);
  const part = lines.slice(line - 1, lineEnd);
  part[part.length - 1] = (part.at(-1) ?? '').slice(0, columnEnd - 1);
  part[0] = (part[0] ?? '').slice(column - 1);
  return part.join(' ').replaceAll('\\', ' ').replaceAll(/\s+/g, ' ').trim();
}

/** Of a file of the rooms of src: its path; of any other null. @param {string} file */
export function ours(file) {
  const path = relative(ROOT, file);
  return path.startsWith('src/') && !path.startsWith('src/include/') ? path : null;
}

/** What a use of a macro leads to. @param {string} text */
const nameOf = (text) => /^\w+/.exec(text)?.[0] ?? '';

/**
 * The sides of branches, with how often each was taken.
 * @param {Covered[]} functions
 */
export function sides(functions) {
  /** @type {Map<string, Side & { taken: number }>} */
  const found = new Map();
  for (const { name, filenames, regions, branches } of functions) {
    if (!ours(filenames[0] ?? '')) continue;
    const file = (/** @type {number} */ id) => filenames[id] ?? '';
    /** The use of a macro that each of the function's files is. @type {Map<number, Span>} */
    const uses = new Map(regions.filter((region) => region[7] === EXPANSION).map((region) => [region[6] ?? 0, region]));
    for (const branch of branches) {
      const [taken = 0, passed = 0] = branch.slice(4);
      let id = branch[6] ?? 0;
      let place = branch;
      /** The use that the condition is in. */
      const use = () => {
        const at = uses.get(id);
        return at && { at, from: at[5] ?? 0, text: written(file(at[5] ?? 0), at) };
      };
      for (let it = use(); it && TRANSPARENT.test(it.text); it = use()) [place, id] = [it.at, it.from];
      const text = written(file(id), place);
      const macro = nameOf(use()?.text ?? '');
      let outermost = place;
      for (let at = uses.get(id); at; at = uses.get(at[5] ?? 0)) outermost = at;
      for (const [side, count] of /** @type {const} */ ([
        [true, taken],
        [false, passed],
      ])) {
        const here = ours(file(id)) || `${macro}: ${text} ${side}` === CUT_OFF;
        const where = here
          ? { path: ours(file(0)) ?? '', within: name.replace(/^.*:/, ''), line: outermost[0] }
          : { path: relative(ROOT, file(id)), within: macro, line: place[0] };
        const key = JSON.stringify([where, here && outermost.slice(0, 4), place.slice(0, 4), side]);
        const known = found.get(key) ?? { ...where, text, side, taken: 0 };
        known.taken += count;
        found.set(key, known);
      }
    }
  }
  return [...found.values()];
}

/**
 * The lines of src that can run, with how often each did, in exports of the lcov format.
 * @param {string[]} exports  @returns {Map<string, { path: string, line: number, ran: number }>}
 */
export function lines(exports) {
  /** @type {Map<string, { path: string, line: number, ran: number }>} */
  const found = new Map();
  let path = /** @type {string | null} */ (null);
  for (const text of exports.flatMap((text) => text.split('\n'))) {
    if (text.startsWith('SF:')) path = ours(join(text.slice(3)));
    const [, line, ran] = /^DA:(\d+),(\d+)/.exec(text) ?? [];
    if (!path || !line) continue;
    const key = `${path}:${line}`;
    const known = found.get(key) ?? { path, line: Number(line), ran: 0 };
    known.ran += Number(ran);
    found.set(key, known);
  }
  return found;
}
