// How the package keeps the library's archives: in one file with its sources, by Brotli, all of them taken apart together (parts.mjs): they share
// most. They are put together where they are asked for; for CMake `node archives.mjs FOLDER` does it.
// It must not know how an archive is made (library.mjs), nor who links it.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, place } from './cache.mjs';
import { apart, together } from './parts.mjs';
import { indexed, unindexed } from './ranlib.mjs';
import { contents, libraryName, whole } from './sources.mjs';

/** The groups of the package, in the order of that file. */
export const GROUPS = ['core', 'js', 'wasip1', 'sim'];

/**
 * The archives as one.
 * @param {readonly Uint8Array[]} given  in the order of GROUPS, the checked ones last
 */
export function joined(given) {
  const all = apart(given.map((archive) => unindexed(Buffer.from(archive))));
  const again = together(all);
  if (!given.every((archive, n) => again[n] && indexed(again[n]).equals(archive)))
    throw new Error('an archive is another than what is made of it again (parts.mjs, ranlib.mjs)');
  return all;
}

/** The archives of one kind by their groups, without an index; empty: there are none. @param {boolean} checked  @returns {Map<string, Buffer>} */
function archives(checked) {
  const all = contents();
  const given = all.subarray(4 + all.readUInt32LE());
  if (!given.length) return new Map();
  const bare = whole(() => together(given));
  return new Map(GROUPS.map((group, n) => [group, bare[checked ? GROUPS.length + n : n] ?? Buffer.alloc(0)]));
}

/** An archive as linkers have it; null: the package has none of this group. @param {string} group @param {boolean} checked */
export function packaged(group, checked) {
  const bare = archives(checked).get(group);
  return bare ? indexed(bare) : null;
}

/** Writes them, each with its index, under the names that -l finds. @param {string} folder @param {Iterable<readonly [string, Buffer]>} archives */
function write(folder, archives) {
  for (const [group, bare] of archives) {
    const bytes = indexed(bare);
    const file = join(folder, libraryName(group));
    // What is there already keeps its time: nothing is linked again.
    if (!existsSync(file) || !readFileSync(file).equals(bytes)) place(file, bytes);
  }
}

/**
 * A folder of the cache with all archives of the package. null: it has not all of these groups.
 * @param {readonly string[]} groups @param {boolean} checked
 */
export function folderOf(groups, checked) {
  const all = archives(checked);
  if (!all.size || !groups.every((group) => all.has(group))) return null;
  const hash = createHash('sha256');
  for (const [group, bytes] of all) hash.update(`\0${group}\0${bytes.length}\0`).update(bytes);
  // A folder of the cache is nothing that it gives up: it is called by its name in other builds.
  const folder = join(cacheFolder(), checked ? 'checked' : 'release', hash.digest('hex').slice(0, 16));
  write(folder, all);
  return folder;
}

if (process.argv[1] === import.meta.filename) write(process.argv[2] ?? '.', archives(false));
