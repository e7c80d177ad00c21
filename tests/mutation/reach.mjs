// Which lines of src/ a program comes to: what it does not come to it cannot notice a change of. Looked at function by function, in a
// library whose functions are not inlined, so that the first block of each tells of itself (memory.c writes down which blocks ran).
// It must not know what is changed.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { command } from '../command.mjs';

/** What the library that tells is compiled with, beside what else it is. */
export const TELLS = ['-fno-inline', '-gline-tables-only'];

/** Where memory.c writes to, and what: how many blocks it left, and an offset into the library on each line. @param {string} program */
export const toldBy = (program) => `${program}.reach`;

/** The places that a program came to, `src/ROOM/NAME.c:LINE`, or null; the blocks that it left. @typedef {{ come: Set<string> | null, left: string }} Reach */

/** What each program told; one that counts steps itself tells nothing. @param {string} library @param {readonly string[]} programs */
export async function reach(library, programs) {
  const told = programs.map((program) => {
    const path = toldBy(program);
    const [left = '', ...offsets] = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
    rmSync(path, { force: true });
    return { program, left, offsets };
  });
  const all = [...new Set(told.flatMap(({ offsets }) => offsets))];
  const args = [`--obj=${library}`, '--no-inlines', '--functions=none'];
  const { status, output } = await command('llvm-symbolizer-19', args, { input: all.join('\n') });
  if (status !== 0) throw new Error(output);
  const places = output.split('\n\n').map((it) => /(src\/.+?:\d+):\d+$/.exec(it.trim())?.[1]);
  const placeOf = new Map(all.map((offset, i) => [offset, places[i] ?? '']));
  const placesOf = (/** @type {string[]} */ offsets) => new Set(offsets.map((it) => placeOf.get(it) ?? ''));
  /** @type {Map<string, Reach>} */
  const reached = new Map();
  for (const { program, left, offsets } of told)
    reached.set(program, { come: offsets.length > 0 ? placesOf(offsets) : null, left });
  return reached;
}

/**
 * The lines, from 1 on, of the function in which a place is; null: it is in none.
 * @param {string} source @param {number} at
 */
export function functionAt(source, at) {
  const lines = source.split('\n');
  const line = source.slice(0, at).split('\n').length - 1;
  let first = line;
  while (first > 0 && !/^[A-Za-z_](?!.*:$)/.test(lines[first] ?? '')) first--;
  let last = first;
  while (last < lines.length && !/^\}|^[^\s{].*(?:;|\})$/.test(lines[last] ?? '')) last++;
  return last >= line && lines[last]?.endsWith('}') ? { first: first + 1, last: last + 1 } : null;
}
