// Gives the async functions of a linked module their own names, which stacks and profiles show: those that are static are called
// caw__coro_0 and so on there, in each file again (coro.h says why). The description that a body's first step stores says which it is; what
// the compiler has split off it stands behind it.
// It must not know how the module was linked. What it does not understand, it leaves as it is.

import { reader } from './reader.mjs';

const CODE = 10;
const OURS = /^(caw__coro_\d+)(\.\w+)?$/;

/**
 * `i32.const n; end`, which a part of the memory begins with; NaN: it is another.
 * @param {ReturnType<typeof reader>} it
 */
function placeOf(it) {
  const kind = it.number();
  if (kind !== 0 || it.byte() !== 0x41) return NaN;
  const value = it.signed();
  return it.byte() === 0x0b ? value : NaN;
}

/** @param {number} value */
function leb(value) {
  const bytes = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return Buffer.from([...bytes, value]);
}

/** @param {string | Uint8Array} content */
const counted = (content) => {
  const bytes = Buffer.from(content);
  return Buffer.concat([leb(bytes.length), bytes]);
};

/** What is to be known of a module. @param {Uint8Array} bytes */
function parsed(bytes) {
  const it = reader(bytes);
  /** @type {Map<number, string>} */
  const names = new Map();
  /** @type {Map<number, Uint8Array>} */
  const bodies = new Map();
  /** @type {[number, Uint8Array][]} */
  const memory = [];
  /** @type {[number, number] | null} */
  let list = null; // where the functions' names are
  let section = [0, 0, 0];
  const imported = WebAssembly.Module.imports(new WebAssembly.Module(/** @type {BufferSource} */ (bytes))).filter(
    ({ kind }) => kind === 'function',
  ).length;
  for (it.at = 8; it.at < bytes.length;) {
    const start = it.at;
    const id = it.number();
    const size = it.number();
    const end = it.at + size;
    const count = id ? it.number() : 0;
    if (id === CODE)
      for (let n = 0; n < count; n++) {
        const length = it.number();
        bodies.set(imported + n, bytes.subarray(it.at, (it.at += length)));
      }
    else if (id === 11)
      for (let n = 0; n < count; n++) {
        const from = placeOf(it);
        const length = it.number();
        memory.push([from, bytes.subarray(it.at, (it.at += length))]);
      }
    else if (id === 0 && it.text() === 'name') {
      section = [start, it.at, end];
      while (it.at < end) {
        const begin = it.at;
        const kind = it.number();
        const length = it.number();
        const next = it.at + length;
        if (kind === 1) {
          list = [begin, next];
          for (let n = 0, many = it.number(); n < many; n++) {
            const index = it.number();
            names.set(index, it.text());
          }
        }
        it.at = next;
      }
    }
    it.at = end;
  }
  return { names, bodies, memory, list, section };
}

/** The module with these names. @param {Uint8Array} bytes */
export function called(bytes) {
  try {
    const { names, bodies, memory, list, section } = parsed(bytes);
    if (!list) return bytes;
    /** What stands at an address, as far as it is looked at. @param {number} at */
    const from = (at) => {
      const [start = 0, part] = memory.find(([first, { length }]) => at >= first && at < first + length) ?? [];
      return Buffer.from(part?.subarray(at - start, at - start + 300) ?? []);
    };
    const string = (/** @type {number} */ at) => from(at).toString().split('\0')[0] ?? '';
    /** A description's name (caw__desc of error.h). @param {number} at */
    const described = (at) => {
      const found = from(at);
      if (found.length < 16 || found.readUInt32LE(8) > 1e7 || !/\.\w+$/.test(string(found.readUInt32LE(4))))
        return null;
      return /^[A-Za-z_$\x80-\uffff][\w$\x80-\uffff]*$/.exec(string(found.readUInt32LE(0)))?.[0] ?? null;
    };
    /** The name in the description that code has the address of. @param {Uint8Array} body */
    const descriptionIn = (body) => {
      const code = reader(body);
      for (let at = 0; (at = body.indexOf(0x41, at) + 1) > 0 && at + 5 <= body.length;) {
        code.at = at;
        const name = described(code.signed());
        if (name) return name;
      }
      return null;
    };
    /** What the body that comes last is called, by its name there. @type {Map<string, string>} */
    const last = new Map();
    for (const [index, name] of [...names].sort(([a], [b]) => a - b)) {
      const [, body = '', part = ''] = OURS.exec(name) ?? [];
      if (!body) continue;
      if (!part) last.set(body, descriptionIn(bodies.get(index) ?? new Uint8Array()) ?? body);
      names.set(index, (last.get(body) ?? body) + part);
    }
    const items = [...names].map(([index, name]) => Buffer.concat([leb(index), counted(name)]));
    const functions = Buffer.concat([leb(1), counted(Buffer.concat([leb(names.size), ...items]))]);
    const [start = 0, begin = 0, end = 0] = section;
    const content = [counted('name'), bytes.subarray(begin, list[0]), functions, bytes.subarray(list[1], end)];
    return Buffer.concat([bytes.subarray(0, start), leb(0), counted(Buffer.concat(content)), bytes.subarray(end)]);
  } catch (error) {
    if (error instanceof RangeError || error instanceof WebAssembly.CompileError) return bytes;
    throw error;
  }
}
