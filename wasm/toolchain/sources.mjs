// Reads sources.txt, the one list of the library's C files, and says which folders hold the headers, and what hosts and archives are called.
// It must not know how anything is compiled.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What has the sources, and these scripts, in its folders src and wasm: the checkout; of the package dist, there without comments. */
export const SOURCES = join(import.meta.dirname, '../..');

/** The package's folder. */
export const ROOT = existsSync(join(SOURCES, 'package.json')) ? SOURCES : dirname(SOURCES);

/** Folders of public headers: in a checkout two, which are merged into dist/include; the package has only that. */
export const INCLUDES = SOURCES === ROOT ? ['src/include', 'wasm/include'] : ['dist/include'];

/**
 * The groups in the order of the file, each with its sources, relative to SOURCES.
 * @returns {Map<string, string[]>}
 */
export function sources() {
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  const lines = readFileSync(join(import.meta.dirname, 'sources.txt'), 'utf8').split('\n');
  for (const line of lines) {
    if (!line || line.startsWith('#')) continue;
    const [group, path] = line.split(/\s+/);
    if (!path || !existsSync(join(SOURCES, path))) throw new Error(`sources.txt: '${line}' names no file`);
    groups.set(group, [...(groups.get(group) ?? []), path]);
  }
  return groups;
}

/** The headers under some folders. @param {string[]} folders @param {string} [root]  @returns {Record<string, Uint8Array>} */
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

/** Groups that the embedded compiler has no C library for: CMake and the user's own compiler build them. */
export const ELSEWHERE = ['native', 'wasip2'];

/** @param {string} group */
export const libraryName = (group) => (group === 'core' ? 'libcawait.a' : `libcawait-${group}.a`);

/** A host by the name of its group; wasip1 has two. @template {string} H @param {H} host  @returns {H extends 'wasi' ? 'wasip1' : H} */
export const hostOf = (host) => /** @type {any} */ (host === 'wasi' ? 'wasip1' : host);
