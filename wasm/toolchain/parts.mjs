// Archives of objects, taken apart: what is alike in all objects (their code, their symbols, what is to be filled in) stands together, and
// a place in the code is its distance from the one before. Brotli makes four fifths of that of what it makes of the archives.
// It must not know whose archives these are. They are as llvm-ar writes them, without an index, the objects WebAssembly's.

import { HEADER, TEXTS, member, members } from './ranlib.mjs';
import { reader } from './reader.mjs';

const FIRST = '!<arch>\n';
const OBJECT = Buffer.from('\0asm\x01\0\0\0', 'latin1');
/** The kinds of what is filled in that have something to add: addresses, and offsets in functions and sections. */
const WITH_ADDEND = new Set([3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23, 25]);

/** @param {number} value  @returns {Buffer} a LEB128 without a sign */
function number(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Buffer.from([...bytes, value]);
}

/** Reads bytes, and gives them as they stand. @param {Buffer} bytes */
function slices(bytes) {
  const it = reader(bytes);
  return {
    it,
    bytes,
    /** @param {number} size */
    take: (size) => bytes.subarray(it.at, (it.at += size)),
    /** A number, with a sign or without. */
    number() {
      const from = it.at;
      it.number();
      return bytes.subarray(from, it.at);
    },
    /** The beginning of a section, its name, or its number where it has none, and the size of what follows. */
    section() {
      const from = it.at;
      const id = it.number();
      const size = it.number();
      const end = it.at + size;
      const name = id ? String(id) : it.text();
      return { begin: bytes.subarray(from, it.at), name, size: end - it.at };
    },
  };
}

/** @param {readonly Buffer[]} archives  @returns {Buffer} what together() takes */
export function apart(archives) {
  /** @type {Map<string, Buffer[]>} */
  const parts = new Map();
  /** @param {string} name @param {Buffer} bytes */
  function put(name, bytes) {
    const part = parts.get(name);
    if (part) part.push(bytes);
    else parts.set(name, [bytes]);
  }

  /** @param {Buffer} bytes */
  function relocations(bytes) {
    const { it, number: raw } = slices(bytes);
    put('relocated', raw());
    const count = it.number();
    put('relocated', number(count));
    for (let n = 0, last = 0; n < count; n++) {
      const type = it.byte();
      const offset = it.number();
      if (offset < last) throw new Error('what is to be filled in is in another order than that of its places');
      put('type', Buffer.of(type));
      put('offset', number(offset - last));
      put('index', raw());
      if (WITH_ADDEND.has(type)) put('addend', raw());
      last = offset;
    }
  }

  /** @param {Buffer} object */
  function sections(object) {
    const from = slices(object);
    for (from.it.at = OBJECT.length; from.it.at < object.length;) {
      const { begin, name, size } = from.section();
      const bytes = from.take(size);
      put('section', begin);
      if (name.startsWith('reloc.')) relocations(bytes);
      else put(`section ${name}`, bytes);
    }
  }

  for (const archive of archives) {
    const all = [...members(archive)];
    put('count', number(all.length));
    for (const { at, name, content } of all) {
      put('header', archive.subarray(at, at + HEADER));
      if (name === TEXTS) put('texts', content);
      else sections(content);
    }
  }
  const whole = [...parts].map(([name, pieces]) => /** @type {const} */ ([name, Buffer.concat(pieces)]));
  const sizes = JSON.stringify(whole.map(([name, { length }]) => [name, length]));
  return Buffer.concat([Buffer.from(`${sizes}\0`), ...whole.map(([, bytes]) => bytes)]);
}

/** @param {Buffer} all  what apart() made  @returns {Buffer[]} the archives */
export function together(all) {
  /** @type {Map<string, ReturnType<typeof slices>>} */
  const parts = new Map();
  let at = all.indexOf(0) + 1;
  for (const [name, size] of JSON.parse(all.toString('latin1', 0, at - 1)))
    parts.set(name, slices(all.subarray(at, (at += size))));

  /** @param {string} name */
  function of(name) {
    const part = parts.get(name);
    if (!part) throw new RangeError(`it has no part '${name}'`);
    return part;
  }
  /** @param {string} name */
  const next = (name) => of(name).it.number();
  /** @param {string} name  @returns {Buffer} a number as it stands */
  const raw = (name) => of(name).number();

  function relocations() {
    /** @type {Buffer[]} */
    const bytes = [raw('relocated')];
    const count = next('relocated');
    bytes.push(number(count));
    for (let n = 0, offset = 0; n < count; n++) {
      const type = next('type');
      offset += next('offset');
      bytes.push(Buffer.of(type), number(offset), raw('index'));
      if (WITH_ADDEND.has(type)) bytes.push(raw('addend'));
    }
    return bytes;
  }

  /** @param {number} size */
  function object(size) {
    /** @type {Buffer[]} */
    const bytes = [OBJECT];
    for (let left = size - OBJECT.length; left > 0;) {
      const { begin, name, size } = of('section').section();
      left -= begin.length + size;
      bytes.push(begin, ...(name.startsWith('reloc.') ? relocations() : [of(`section ${name}`).take(size)]));
    }
    return bytes;
  }

  const archives = [];
  for (const { it, bytes } = of('count'); it.at < bytes.length;) {
    /** @type {Buffer[]} */
    const pieces = [Buffer.from(FIRST)];
    for (let count = it.number(); count > 0; count--) {
      const header = of('header').take(HEADER);
      const { name, size } = member(header);
      pieces.push(header, ...(name === TEXTS ? [of('texts').take(size)] : object(size)));
      if (size & 1) pieces.push(Buffer.from('\n'));
    }
    archives.push(Buffer.concat(pieces));
  }
  return archives;
}
