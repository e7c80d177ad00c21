// What the compiler may see of the disk: a source and every file that it could include, searched as clang searches. The embedded
// compiler has no disk: it is given these, at their places. More than it needs does no harm; which it takes is its own decision.
// It must not know how a compiler is run (embedded.mjs), nor what is in a file but the names of others.

import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { INCLUDES, ROOT } from '../toolchain/sources.mjs';
import { plain } from './diagnostics.mjs';
import { actual, look, slashes, within } from './paths.mjs';

/**
 * @typedef {object} Search  folders in the order of the command line, absolute, with their steps up
 * @property {string[]} quote    -iquote: for "x.h"
 * @property {string[]} angle    -I
 * @property {string[]} system   -isystem
 * @property {string[]} after    -idirafter
 */

/** Where the package's own headers are. */
export const HEADERS = INCLUDES.map((folder) => join(ROOT, folder));

/** What they are called where all machines must call them the same: in objects. @param {number} n */
const ours = (n) => `/cawait/include${n > 0 ? n : ''}`;

/** The package's headers, for -I. */
export const OURS = HEADERS.map((_, n) => ours(n));

/**
 * Where a file is for the compiler: an absolute path with slashes, on every system.
 * @param {string} path  absolute
 */
export function placed(path) {
  for (const [n, folder] of HEADERS.entries())
    if (path.startsWith(folder) && /[\\/]/.test(path[folder.length] ?? '/'))
      return ours(n) + slashes(path.slice(folder.length));
  const at = slashes(path);
  return at.startsWith('/') ? at : `/${at}`;
}

/**
 * A word of its command line as the embedded compiler understands it, which knows no drives: C:/x is /C:/x to it, as placed() has it;
 * and to which //x is another machine's.
 * @param {string} word @param {NodeJS.Platform} [system]
 */
export const rooted = (word, system = process.platform) =>
  system === 'win32' ? word.replace(/^(-I)?(?=[A-Za-z]:[\\/])/, '$1/') : word.replace(/^(-I)?\/\/+/, '$1/');

/** What it says, with drives. @param {string} said @param {NodeJS.Platform} [system] */
export const unrooted = (said, system = process.platform) =>
  system === 'win32' ? said.replace(/(^|[\s'"\x1b\]m(])\/(?=[A-Za-z]:\/)/gm, '$1') : said;

/** The files in a compiler's list of dependencies, which is a rule of make. @param {string} rule */
export function listed(rule) {
  // What is made may be on a drive, C:\a.o: the colon that counts has a blank behind it.
  const [, files = ''] = /^.*?:\s([^]*)/.exec(rule.replace(/\\\r?\n/g, ' ')) ?? [];
  return [...files.matchAll(/(?:\\.|[^\s\\])+/g)].map(([name]) =>
    name.replace(/\\([ #\\])/g, '$1').replaceAll('$$', '$'),
  );
}

/** Every text in quotes or angles in a preprocessor's line: names of files among them. @param {string} text */
export function named(text) {
  /** @type {Set<string>} */
  const names = new Set();
  const joined = text.replace(/\\\r?\n/g, ' ');
  for (const [line] of joined.matchAll(/^[ \t]*(?:#|%:|\?\?=).*$/gm))
    for (const [, quoted, angled] of line.matchAll(/"([^"\n]+)"|<([^<>\n]+)>/g)) {
      const name = quoted ?? angled ?? '';
      if (/^[^*?|\0(){};,=]{1,255}$/.test(name)) names.add(name);
    }
  return names;
}

/** @param {string} path */
const isFile = (path) => look(path)?.isFile() === true;

/** Names by file content are asked for again and again. @type {Map<string, { mtime: number, bytes: Uint8Array, names: Set<string> }>} */
const known = new Map();

/** @param {string} path */
function read(path) {
  const mtime = statSync(path).mtimeMs;
  const before = known.get(path);
  if (before?.mtime === mtime) return before;
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw Object.assign(/** @type {Error} */ (error), { path }); // not every system's says which
  }
  const entry = { mtime, bytes, names: named(bytes.toString('utf8')) };
  known.set(path, entry);
  return entry;
}

/**
 * Where a header was looked for that a compiler did not find: it may come to be there.
 * @param {string} said  by the compiler @param {string} cwd @param {Search} search
 */
export function missing(said, cwd, search) {
  const folders = [...search.quote, ...search.angle, ...search.system, ...search.after];
  const found = plain(said).matchAll(/^(.+?):\d+:\d+: fatal error: '([^'\n]+)' file not found/gm);
  return [...found].flatMap(([, file = '', name = '']) =>
    [dirname(within(cwd, file)), ...folders].map((folder) => actual(folder, name)),
  );
}

/** The files a compiler may ask for. */
export class View {
  /** By absolute path, as the compiler makes it: it takes a step up from a link as from any folder. @type {Map<string, Uint8Array>} */
  files = new Map();
  /** Where they are. @type {Map<string, string>} */
  #paths = new Map();
  /** @type {string[]} */
  #folders;
  /** @type {Set<string>} */
  #extra;

  /**
   * @param {string} source  as it was named
   * @param {Search} search
   * @param {{ names: string[], cwd: string }} forced  the files of -include, which are searched from the folder of work first
   * @param {Iterable<string>} [extra]  names that no file spells out: of -DHEADER='"x.h"'
   */
  constructor(source, search, forced, extra = []) {
    this.#folders = [...search.quote, ...search.angle, ...HEADERS, ...search.system, ...search.after];
    this.#extra = new Set(extra);
    this.#add(within(forced.cwd, source));
    for (const path of forced.names.flatMap((name) => this.#find(name, forced.cwd))) this.#add(path);
  }

  /** A file and what it may include. @param {string} first */
  #add(first) {
    const waiting = [first];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const at = resolve(path);
      if (this.files.has(at)) continue;
      const file = actual('/', path);
      const { bytes, names } = read(file);
      this.files.set(at, bytes);
      this.#paths.set(at, file);
      for (const name of [...names, ...this.#extra]) waiting.push(...this.#find(name, dirname(path)));
    }
  }

  /** All files that a name may mean: which is taken, and whether the next is wanted (#include_next), the compiler knows.
   * @param {string} name @param {string} beside */
  #find(name, beside) {
    const paths = [beside, ...this.#folders].map((folder) => within(folder, name));
    return [...new Set(paths)].filter((path) => !this.files.has(resolve(path)) && isFile(path));
  }

  /** The files that are not the package's. */
  own() {
    return [...this.#paths].filter(([at]) => !placed(at).startsWith('/cawait/')).map(([, path]) => path);
  }

  /** Where a file is that the compiler has read; null: it is none of these. @param {string} at */
  path(at) {
    return this.#paths.get(at) ?? null;
  }

  /**
   * A name that the compiler did not find, because a macro makes it: whether it is there after all.
   * @param {string} name
   */
  miss(name) {
    const folders = new Set([...this.files.keys()].map((path) => dirname(path)));
    const found = [...folders].flatMap((folder) => this.#find(name, folder));
    for (const path of found) this.#add(path);
    return found.length > 0;
  }
}
