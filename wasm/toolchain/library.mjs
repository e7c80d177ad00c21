// Compiles the library's own sources and archives them, one static library a group, release or checked.
// It must not know what programs are linked from them.

import { packaged } from './archives.mjs';
import { archive, compile } from './clang.mjs';
import { CHECKOUT, INCLUDES, ownHeaders, sources, textOf } from './sources.mjs';

/** What our own sources must compile under without a word. */
export const WARNINGS = ['-Wall', '-Wextra', '-Wconversion', '-Wshadow', '-Wstrict-prototypes', '-Werror'];

/** How programs are built, release and checked; -O1 is the least that coroutines work with. */
export const RELEASE = ['-O2'];
export const CHECKED = ['-O1', '-g', '-DCAW_CHECKED'];

/**
 * The library itself: as fast as with -O2 (measured on every row of tests/bench), a tenth smaller. Checked builds, too, which are little
 * more then to the package (archives.mjs); without lines: they are nobody's to step through, and nine tenths of an archive.
 */
const SMALL = ['-Os'];

/** Where the public headers are, as the compiler is told. */
export const PUBLIC = INCLUDES.map((folder) => `-I${folder}`);

/** Where the library's own headers are. */
export const OWN = ['-Isrc', '-Iwasm'];

/** @type {Map<string, Promise<Uint8Array>>} */
const built = new Map();

/**
 * The library of one group.
 * @param {string} group @param {boolean} [checked]
 * @returns {Promise<Uint8Array>}
 */
export function library(group, checked = false) {
  const key = `${group} ${checked}`;
  const known = built.get(key);
  if (known) return known;
  // To who works on the sources what is in dist may be of yesterday.
  const ready = CHECKOUT ? null : packaged(group, checked);
  const making = ready ? Promise.resolve(ready) : make(group, checked);
  built.set(key, making);
  return making;
}

/** @param {string} group @param {boolean} checked */
async function make(group, checked) {
  const paths = sources().get(group);
  if (!paths) throw new Error(`there is no group '${group}' in sources.txt`);
  // Not those of C++, which no source here includes: a change of one is none of the library's.
  const headers = Object.fromEntries(Object.entries(ownHeaders()).filter(([path]) => path.endsWith('.h')));
  const flags = ['-std=gnu11', ...SMALL, ...(checked ? ['-DCAW_CHECKED'] : []), ...WARNINGS, ...PUBLIC, ...OWN];
  const objects = await Promise.all(
    paths.map(async (source) => {
      const files = { [source]: textOf(source) };
      return /** @type {const} */ ([source.replace(/\.c$/, '.o'), await compile({ source, files, headers, flags })]);
    }),
  );
  return archive(Object.fromEntries(objects));
}
