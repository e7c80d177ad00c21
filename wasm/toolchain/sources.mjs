// Reads sources.txt, the one list of the library's C files, and says which folders hold the headers, and what archives are called.
// It must not know how anything is compiled.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package's folder. */
export const ROOT = join(import.meta.dirname, '../..');

/** What has the sources in its folders src and wasm: the checkout; of the package dist, there without their comments. */
export const SOURCES = existsSync(join(ROOT, 'src')) ? ROOT : join(ROOT, 'dist');

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

/** Groups that the embedded compiler has no C library for: CMake and the user's own compiler build them. */
export const ELSEWHERE = ['native', 'wasip2'];

/** @param {string} group */
export const libraryName = (group) => (group === 'core' ? 'libcawait.a' : `libcawait-${group}.a`);
