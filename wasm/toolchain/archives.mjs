// How the package keeps the library's archives: release ones by Brotli, all in one file, as they share much (a quarter less than npm makes
// of them); checked ones as what differs from those, a third of the bytes. They are put together where they are asked for; for CMake `node archives.mjs FOLDER` does it.
// It must not know how an archive is made (library.mjs), nor who links it.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, deflateRawSync, inflateRawSync } from 'node:zlib';
import { cacheFolder, place } from './cache.mjs';
import { ROOT, libraryName } from './sources.mjs';

const FOLDER = join(ROOT, 'dist/lib/wasm32-wasip1');
/** Of an archive, and of each member in it: 16 bytes name, the size in decimal digits at 48. */
const MAGIC = '!<arch>\n';
const HEADER = 60;
const NAME = 16;
/** Deflate looks no further back than this. */
const WINDOW = 32768;
/** As many members fill it. */
const KEPT = 16;

/** The groups of the package, in the order of that file. */
export const GROUPS = ['core', 'js', 'wasip1', 'sim'];

/** Where the package has the release archives, and of a checked one what differs. */
export const RELEASE = join(FOLDER, 'libraries.br');
export const kept = (/** @type {string} */ group) => join(FOLDER, `${libraryName(group)}.checked`);

/** The release archives as one: the size of each, then each. @param {readonly Uint8Array[]} archives  in the order of GROUPS */
export function joined(archives) {
  const sizes = Buffer.alloc(4 * archives.length);
  archives.forEach(({ length }, n) => sizes.writeUInt32LE(length, 4 * n));
  return Buffer.concat([sizes, ...archives]);
}

/** The release archives by their groups; empty where there are none. @returns {Map<string, Buffer>} */
export function releases() {
  if (!existsSync(RELEASE)) return new Map();
  const all = brotliDecompressSync(readFileSync(RELEASE));
  let at = 4 * GROUPS.length;
  return new Map(GROUPS.map((group, n) => [group, all.subarray(at, (at += all.readUInt32LE(4 * n)))]));
}

/** The members of an archive, with their headers. @param {Buffer} archive */
function members(archive) {
  const found = [];
  for (let at = MAGIC.length; at < archive.length;) {
    const size = Number(archive.toString('latin1', at + 48, at + 58));
    const end = at + HEADER + size + (size % 2);
    found.push(archive.subarray(at, end));
    at = end;
  }
  return found;
}

/** The name of each member, without its folder: of several that are called the same, the second has another. @param {Buffer[]} all */
function namesOf(all) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return all.map((member) => {
    const name = member.toString('latin1', 0, NAME);
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return `${name}${seen.get(name)}`;
  });
}

/** What a member is told by: the like of it, and before that those that were told. @param {Buffer[]} told @param {Buffer | undefined} like */
function dictionary(told, like) {
  const dictionary = Buffer.concat([...told, ...(like ? [like] : [])]).subarray(-WINDOW);
  if (told.length > KEPT) told.shift();
  return dictionary.length > 0 ? { dictionary } : {};
}

/**
 * What differs: each member deflated by the one of its name in `from`; before it, which one that is, and how many bytes follow.
 * @param {Uint8Array} archive @param {Uint8Array} from
 */
export function apart(archive, from) {
  const known = members(Buffer.from(from));
  const names = namesOf(known);
  const all = members(Buffer.from(archive));
  /** @type {Buffer[]} */
  const before = [];
  const pieces = namesOf(all).flatMap((name, n) => {
    const like = names.indexOf(name);
    const member = all[n] ?? Buffer.of();
    const told = deflateRawSync(member, { level: 9, memLevel: 9, ...dictionary(before, known[like]) });
    if (!known[like]?.equals(member)) before.push(member);
    const head = Buffer.alloc(8);
    head.writeInt32LE(like);
    head.writeUInt32LE(told.length, 4);
    return [head, told];
  });
  return Buffer.concat(pieces);
}

/** The archive again. @param {Buffer} difference @param {Buffer} from */
export function together(difference, from) {
  const known = members(from);
  const pieces = [Buffer.from(MAGIC)];
  /** @type {Buffer[]} */
  const before = [];
  for (let at = 0; at < difference.length;) {
    const like = known[difference.readInt32LE(at)];
    const start = at + 8;
    at = start + difference.readUInt32LE(at + 4);
    const member = inflateRawSync(difference.subarray(start, at), dictionary(before, like));
    if (!like?.equals(member)) before.push(member);
    pieces.push(member);
  }
  return Buffer.concat(pieces);
}

/** @param {Buffer} release @param {string} group */
const checkedOf = (release, group) => together(readFileSync(kept(group)), release);

/** An archive as linkers have it; null: the package has none of this group. @param {string} group @param {boolean} checked */
export function packaged(group, checked) {
  const release = releases().get(group);
  return release ? (checked ? checkedOf(release, group) : release) : null;
}

/** Writes them, under the names that -l finds. @param {string} folder @param {Iterable<readonly [string, Buffer]>} archives */
function write(folder, archives) {
  for (const [group, bytes] of archives) {
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
  const all = releases();
  if (!all.size || !groups.every((group) => all.has(group))) return null;
  if (checked) for (const [group, release] of all) all.set(group, checkedOf(release, group));
  const hash = createHash('sha256');
  for (const [group, bytes] of all) hash.update(`\0${group}\0${bytes.length}\0`).update(bytes);
  // A folder of the cache is nothing that it gives up: it is called by its name in other builds.
  const folder = join(cacheFolder(), checked ? 'checked' : 'release', hash.digest('hex').slice(0, 16));
  write(folder, all);
  return folder;
}

if (process.argv[1] === import.meta.filename) write(process.argv[2] ?? '.', releases());
