// How the package keeps the library's archives: release ones as they are, checked ones as what differs from those (a third of the
// bytes), put together where they are asked for.
// It must not know how an archive is made (library.mjs), nor who links it.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
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

/** Where the package has an archive: of a checked one, what differs. @param {string} group @param {boolean} checked */
export const kept = (group, checked) => join(FOLDER, `${libraryName(group)}${checked ? '.checked' : ''}`);

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

/** An archive as linkers have it; null: the package has none of this group. @param {string} group @param {boolean} checked */
export function packaged(group, checked) {
  if (!existsSync(kept(group, checked))) return null;
  const release = readFileSync(kept(group, false));
  return checked ? together(readFileSync(kept(group, true)), release) : release;
}

/**
 * A folder with the archives of these groups under the names that -l finds: the package's own, or one in the cache. null: it has not all.
 * @param {readonly string[]} groups @param {boolean} checked
 */
export function folderOf(groups, checked) {
  if (!groups.every((group) => existsSync(kept(group, checked)))) return null;
  if (!checked) return FOLDER;
  const all = groups.map((group) => /** @type {const} */ ([libraryName(group), packaged(group, true) ?? Buffer.of()]));
  const hash = createHash('sha256');
  for (const [name, bytes] of all) hash.update(`\0${name}\0${bytes.length}\0`).update(bytes);
  // A folder of the cache is nothing that it gives up: it is called by its name in other builds.
  const folder = join(cacheFolder(), 'checked', hash.digest('hex').slice(0, 16));
  for (const [name, bytes] of all) if (!existsSync(join(folder, name))) place(join(folder, name), bytes);
  return folder;
}
