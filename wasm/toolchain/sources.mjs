// Reads sources.txt, the one list of the library's C files, and says which folders hold the headers, and what hosts and archives are called.
// It must not know how anything is compiled.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

/** What has these scripts in its folder wasm: the checkout, or the package's dist. */
const HERE = join(import.meta.dirname, '../..');

/** The package's folder. */
export const ROOT = existsSync(join(HERE, 'package.json')) ? HERE : dirname(HERE);

/** Whether this is the checkout, whose sources are newer than what is in dist. */
export const CHECKOUT = HERE === ROOT;

/** Where the package has the library: its sources and its archives in one file, as they take a quarter less there. */
export const PACKED = join(ROOT, 'dist/library.br');

/** What is in it: the size of the sources, they, the archives (archives.mjs); of nothing, where there is none. */
export function contents() {
  if (!existsSync(PACKED)) return Buffer.alloc(4);
  return whole(() => brotliDecompressSync(readFileSync(PACKED)));
}

/**
 * What is read of that file; or the error that it is damaged.
 * @template T @param {() => T} read  @returns {T}
 */
export function whole(read) {
  try {
    return read();
  } catch (cause) {
    // As the machine's own errors are: the command tells them in a line.
    throw Object.assign(new Error(`${PACKED} is damaged: install the package again`, { cause }), { syscall: 'read' });
  }
}

/**
 * The library's own C files and headers, and Emscripten's port, by path: there path and text, one after the other, with a NUL between.
 * @type {Record<string, string> | null}
 */
let unpacked = null;
export function packed() {
  if (unpacked) return unpacked;
  const all = contents();
  const parts = String(all.subarray(4, 4 + all.readUInt32LE())).split('\0');
  const pairs = parts.flatMap((path, n) => (n % 2 ? [] : [[path, parts[n + 1] ?? '']]));
  return (unpacked = Object.fromEntries(pairs));
}

/** The text of one. @param {string} path @returns {string | Buffer} */
export const textOf = (path) => (CHECKOUT ? readFileSync(join(ROOT, path)) : (packed()?.[path] ?? ''));

/** Folders of public headers: in a checkout two, which are merged into dist/include; the package has only that. */
export const INCLUDES = CHECKOUT ? ['src/include', 'wasm/include'] : ['dist/include'];

/**
 * The groups in the order of the file, each with its sources, relative to ROOT.
 * @returns {Map<string, string[]>}
 */
export function sources() {
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  const lines = readFileSync(join(import.meta.dirname, 'sources.txt'), 'utf8').split('\n');
  for (const line of lines) {
    if (!line || line.startsWith('#')) continue;
    const [group, path] = line.split(/\s+/);
    if (!path || (CHECKOUT && !existsSync(join(ROOT, path)))) throw new Error(`sources.txt: '${line}' names no file`);
    const of = group === 'loader' ? 'js' : group; // here nothing is linked for Emscripten's
    groups.set(of, [...(groups.get(of) ?? []), path]);
  }
  return groups;
}

/** The headers under some folders. @param {string[]} folders  @returns {Record<string, string | Uint8Array>} */
function headersOf(folders) {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true }).map((path) => `${folder}/${path}`.replaceAll('\\', '/')),
  );
  const headers = paths.filter((path) => /\.h(pp)?$/.test(path)).sort();
  return Object.fromEntries(headers.map((path) => [path, readFileSync(join(ROOT, path))]));
}

/** Every header a program may see. */
export const publicHeaders = () => headersOf(INCLUDES);

/** Every header there is. */
export function ownHeaders() {
  const inFile = () => Object.fromEntries(Object.entries(packed() ?? {}).filter(([path]) => path.endsWith('.h')));
  return { ...publicHeaders(), ...(CHECKOUT ? headersOf(['src', 'wasm']) : inFile()) };
}

/** @param {string} group */
export const libraryName = (group) => (group === 'core' ? 'libcawait.a' : `libcawait-${group}.a`);

/** A host by the name of its group; wasip1 has two. @template {string} H @param {H} host  @returns {H extends 'wasi' ? 'wasip1' : H} */
export const hostOf = (host) => /** @type {any} */ (host === 'wasi' ? 'wasip1' : host);
