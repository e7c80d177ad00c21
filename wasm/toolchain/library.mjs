// Compiles the library's own sources and archives them, one static library a group, release or checked.
// It must not know what programs are linked from them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { archive, compile } from './clang.mjs';
import { INCLUDES, ROOT, shipped, sources } from './sources.mjs';

/** @typedef {import('./clang.mjs').Files} Files */

/** What our own sources must compile under without a word. */
export const WARNINGS = ['-Wall', '-Wextra', '-Wconversion', '-Wshadow', '-Wstrict-prototypes', '-Werror'];

/** Release and checked builds; -O1 is the least that coroutines work with. */
export const RELEASE = ['-O2'];

/** The library itself: as fast as with -O2 (measured on every row of tests/bench), a tenth smaller. */
const SMALL = ['-Os'];
export const CHECKED = ['-O1', '-g', '-DCAW_CHECKED'];

/** The library's own lines are nobody's to step through, and nine tenths of an archive. */
const BARE = ['-g0'];

/** Where the public headers are, as the compiler is told. */
export const PUBLIC = INCLUDES.map((folder) => `-I${folder}`);

/** Where the library's own headers are. */
export const OWN = ['-Isrc', '-Iwasm'];

/** The headers under some folders. @param {string[]} folders  @returns {Files} */
function headersOf(folders) {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true }).map((path) => `${folder}/${path}`.replaceAll('\\', '/')),
  );
  const headers = paths.filter((path) => path.endsWith('.h')).sort();
  return Object.fromEntries(headers.map((path) => [path, readFileSync(join(ROOT, path))]));
}

/** Every header a program may see. */
export const publicHeaders = () => headersOf(INCLUDES);

/** Every header there is. */
export const ownHeaders = () => headersOf(['src', 'wasm']);

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
  const archive = join(ROOT, 'dist', shipped(group, checked));
  // In the checkout what is in dist may be of yesterday.
  const ready = !existsSync(join(ROOT, 'tests/run.mjs')) && existsSync(archive);
  const making = ready ? Promise.resolve(readFileSync(archive)) : make(group, checked);
  built.set(key, making);
  return making;
}

/** @param {string} group @param {boolean} checked */
async function make(group, checked) {
  const paths = sources().get(group);
  if (!paths) throw new Error(`there is no group '${group}' in sources.txt`);
  const headers = ownHeaders();
  const flags = ['-std=gnu11', ...(checked ? [...CHECKED, ...BARE] : SMALL), ...WARNINGS, ...PUBLIC, ...OWN];
  const objects = await Promise.all(
    paths.map(async (source) => {
      const files = { [source]: readFileSync(join(ROOT, source)) };
      return /** @type {const} */ ([source.replace(/\.c$/, '.o'), await compile({ source, files, headers, flags })]);
    }),
  );
  return archive(Object.fromEntries(objects));
}
