// Compiles the library's own sources and archives them, one static library a group, release or checked.
// It must not know what programs are linked from them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packaged } from './archives.mjs';
import { archive, compile } from './clang.mjs';
import { INCLUDES, ROOT, SOURCES, sources } from './sources.mjs';

/** @typedef {import('./clang.mjs').Files} Files */

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

/** The headers under some folders. @param {string[]} folders @param {string} [root]  @returns {Files} */
function headersOf(folders, root = ROOT) {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((path) => `${folder}/${path}`.replaceAll('\\', '/')),
  );
  const headers = paths.filter((path) => path.endsWith('.h')).sort();
  return Object.fromEntries(headers.map((path) => [path, readFileSync(join(root, path))]));
}

/** Every header a program may see. */
export const publicHeaders = () => headersOf(INCLUDES);

/** Every header there is. */
export const ownHeaders = () => ({ ...publicHeaders(), ...headersOf(['src', 'wasm'], SOURCES) });

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
  // In the checkout what is in dist may be of yesterday.
  const ready = existsSync(join(ROOT, 'tests/run.mjs')) ? null : packaged(group, checked);
  const making = ready ? Promise.resolve(ready) : make(group, checked);
  built.set(key, making);
  return making;
}

/** @param {string} group @param {boolean} checked */
async function make(group, checked) {
  const paths = sources().get(group);
  if (!paths) throw new Error(`there is no group '${group}' in sources.txt`);
  const headers = ownHeaders();
  const flags = ['-std=gnu11', ...SMALL, ...(checked ? ['-DCAW_CHECKED'] : []), ...WARNINGS, ...PUBLIC, ...OWN];
  const objects = await Promise.all(
    paths.map(async (source) => {
      const files = { [source]: readFileSync(join(SOURCES, source)) };
      return /** @type {const} */ ([source.replace(/\.c$/, '.o'), await compile({ source, files, headers, flags })]);
    }),
  );
  return archive(Object.fromEntries(objects));
}
