// The index of an archive, which says to linkers what each of its objects defines: half of what an archive is to Brotli, and made of
// nothing but the rest. So the package has none, and it is made again.
// It must not know whose archives these are. Archives are GNU's, of WebAssembly objects, as llvm-ar writes them.

import { reader } from './reader.mjs';

const MAGIC = 8;
/** The size of what stands before each member. */
export const HEADER = 60;
/** The member that has the long names of others. */
export const TEXTS = '//';
const [UNDEFINED, LOCAL] = [0x10, 2];
const [DATA, SECTION] = [1, 3];
const SYMBOLS = 8; // a part of the section `linking`

/** What an object defines for others. @param {Buffer} object  @returns {string[]} */
function defined(object) {
  const it = reader(object);
  /** @type {string[]} */
  const names = [];
  for (let end = (it.at = MAGIC); end < object.length; it.at = end) {
    const section = it.number();
    const size = it.number();
    end = it.at + size;
    if (section !== 0 || it.text() !== 'linking') continue;
    it.number(); // its version
    for (let next = it.at; next < end; it.at = next) {
      const part = it.number();
      const length = it.number();
      next = it.at + length;
      for (let count = part === SYMBOLS ? it.number() : 0; count > 0; count--) {
        const kind = it.number();
        const flags = it.number();
        if (kind !== DATA) it.number(); // its index
        if (kind === SECTION || (flags & UNDEFINED && kind !== DATA && !(flags & 0x40))) continue;
        const name = it.text();
        if (kind === DATA && !(flags & UNDEFINED)) (it.number(), it.number(), it.number());
        if (!(flags & (UNDEFINED | LOCAL))) names.push(name);
      }
    }
  }
  return names;
}

/** @param {Buffer} header */
export function member(header) {
  return { name: header.toString('latin1', 0, 16).trim(), size: Number(header.toString('latin1', 48, 58)) };
}

/** The members of an archive: where each begins, its name there and its content. @param {Buffer} archive */
export function* members(archive) {
  for (let at = MAGIC; at < archive.length;) {
    const { name, size } = member(archive.subarray(at, at + HEADER));
    yield { at, name, content: archive.subarray(at + HEADER, at + HEADER + size) };
    at += HEADER + size + (size & 1);
  }
}

/** @param {Buffer} archive  @returns {Buffer} without its index */
export function unindexed(archive) {
  const [first, second] = members(archive);
  return first?.name === '/'
    ? Buffer.concat([archive.subarray(0, MAGIC), archive.subarray(second?.at ?? archive.length)])
    : archive;
}

/** @param {Buffer} archive  without an index  @returns {Buffer} */
export function indexed(archive) {
  const found = [...members(archive)].flatMap(({ at, name, content }) =>
    name === TEXTS ? [] : defined(content).map((symbol) => ({ at, symbol })),
  );
  const names = Buffer.from(found.map(({ symbol }) => `${symbol}\0`).join(''));
  const size = 4 + 4 * found.length + names.length;
  const index = Buffer.alloc(HEADER + size + (size & 1));
  index.write(
    `/               0           0     0     0       ${String(index.length - HEADER).padEnd(10)}\`\n`,
    'latin1',
  );
  index.writeUInt32BE(found.length, HEADER);
  found.forEach(({ at }, n) => index.writeUInt32BE(at + index.length, HEADER + 4 + 4 * n));
  names.copy(index, HEADER + 4 + 4 * found.length);
  return Buffer.concat([archive.subarray(0, MAGIC), index, archive.subarray(MAGIC)]);
}
