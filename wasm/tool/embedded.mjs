// Compiles and links with the embedded compiler (@yowasp/clang): the view of a source in, the object out, with what the compiler said
// and what it read; kept in the cache with both, so that a warning comes again.
// It must not know of command lines (arguments.mjs) or of hosts (build.mjs).

import { basename, posix, relative, resolve } from 'node:path';
import { cached } from '../toolchain/cache.mjs';
import { BUILTINS, SYSROOT, TARGET, namesFor, run, version } from '../toolchain/clang.mjs';
import { CORO_NAMES, coroFlags } from '../toolchain/rsp.mjs';
import { entire } from './arguments.mjs';
import { MOST_NAMES, NAMELESS } from './build.mjs';
import { actual, look, slashes, told } from './paths.mjs';
import { HEADERS, OURS, View, listed, placed, rooted, unrooted } from './view.mjs';

/** @typedef {import('../toolchain/clang.mjs').Files} Files */
/** @typedef {{ bytes: Uint8Array, said: string, dependencies: string[] }} Made  said: in colours; dependencies: absolute paths */

/** What the compiler or the linker refused; `said` is its own text, in colours. */
export class Refusal extends Error {
  /** @param {string} said */
  constructor(said) {
    super('the compiler refused it');
    this.said = said;
  }
}

/** Something made, and what is told about it, as one entry of the cache. @param {Uint8Array} bytes @param {object} about */
function packed(bytes, about) {
  const head = Buffer.from(JSON.stringify(about));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  return Buffer.concat([size, head, bytes]);
}

/** @param {Uint8Array} entry */
function unpacked(entry) {
  const view = Buffer.from(entry.buffer, entry.byteOffset, entry.length);
  const end = 4 + view.readUInt32LE(0);
  return { bytes: new Uint8Array(view.subarray(end)), about: JSON.parse(view.toString('utf8', 4, end)) };
}

/** Our headers are the same for every machine; a person wants to open them. @param {string} text @param {string} cwd */
function opened(text, cwd) {
  return HEADERS.reduceRight(
    (said, folder, n) => said.replaceAll(`${OURS[n]}/`, `${told(folder, cwd)}/`),
    unrooted(text),
  );
}

/**
 * What the compiler's file system is told about the files: where each is, whatever steps up a path takes (by itself it takes none).
 * @param {Map<string, Uint8Array>} files
 */
function disk(files) {
  /** @type {Files} */
  const contents = {};
  /** @type {Map<string, object[]>} */
  const folders = new Map();
  let n = 0;
  for (const [path, bytes] of files) {
    const at = placed(path);
    const folder = posix.dirname(at);
    const entry = { type: 'file', name: posix.basename(at), 'external-contents': `/.cawait/${n}` };
    folders.set(folder, [...(folders.get(folder) ?? []), entry]);
    contents[`.cawait/${n++}`] = bytes;
  }
  const roots = [...folders].map(([name, entries]) => ({ type: 'directory', name, contents: entries }));
  contents['.cawait/disk'] = JSON.stringify({ version: 0, 'case-sensitive': true, 'use-external-names': false, roots });
  return contents;
}

/** What the compiler would read where it does not ask the disk. */
const UNSEEN = '#error "cawait: the compiler took this file for another"\n';

/**
 * Where the driver looks for a path, in a file system that is a root and takes no step up: a/../b.c is a/b.c to it.
 * @param {string} path
 */
const inRoot = (path) =>
  path
    .replace(/\/\.$/, '/there')
    .split('/')
    .filter((part) => !/^\.{0,2}$/.test(part))
    .join('/');

/**
 * Compiles one source.
 * @param {{ source: string, view: View, flags: string[], cwd: string, coroutines: boolean }} job
 *     source: as it was named; coroutines: whether it is C, which may define async functions
 * @returns {Promise<Made>}
 */
export async function compile({ source, view, flags, cwd, coroutines }) {
  const names = coroutines
    ? namesFor([...view.files].filter(([path]) => !placed(path).startsWith('/cawait/')).map(([, bytes]) => bytes))
    : 0;
  // Two words of the compiler's make another try worth while: a macro that expands to several coroutines escapes the count above,
  // and a macro that names a header escapes the search. Each try adds a file or is the last.
  let count = names;
  for (;;) {
    try {
      return await attempt(count);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const [, missed] =
        /fatal error: .*?'([^'\n]+)' file not found/.exec(error.said.replace(/\x1b\[[\d;]*m/g, '')) ?? [];
      if (missed && view.miss(missed)) continue;
      if (!NAMELESS.test(error.said) || count === 0 || count === MOST_NAMES) {
        error.said = opened(error.said, cwd);
        throw error;
      }
      count = count < CORO_NAMES ? CORO_NAMES : MOST_NAMES;
    }
  }

  /** @param {number} count  @returns {Promise<Made>} */
  async function attempt(count) {
    const coro = coroutines ? coroFlags(count).flatMap((flag) => flag.split(' ')) : [];
    const debug = flags.some((flag) => /^-g(?!0$)/.test(flag)) ? [`-fdebug-compilation-dir=${slashes(cwd)}`] : [];
    const own = flags.map((flag) => rooted(flag));
    const named = rooted(slashes(source));
    const args = ['clang', TARGET, ...coro, ...debug, ...own, ...OURS.map((folder) => `-I${folder}`)];
    args.push('-fcolor-diagnostics', '-MMD', '-MF', 'caw.d', '-c', named, '-o', '-');
    const ingredients = [...view.files].flatMap(([path, bytes]) => {
      const at = placed(path);
      return [at.startsWith('/cawait/') ? at : slashes(relative(cwd, path)), bytes];
    });
    const entry = await cached(['cawait compile 2', version, JSON.stringify(args), ...ingredients], async () => {
      // The driver looks whether the source, and each folder of headers, is there before the compiler, which knows the disk, is asked.
      const folders = args.flatMap((word) => (/^-I./.test(word) ? word.slice(2) : []));
      const there = folders.filter((folder) => OURS.includes(folder) || look(actual(cwd, folder))?.isDirectory());
      const driver = Object.fromEntries(
        [named, ...there.map((folder) => `${folder}/.`)].map((path) => [inRoot(path), UNSEEN]),
      );
      const files = { ...driver, ...disk(view.files) };
      const place = ['-ivfsoverlay', '/.cawait/disk', '-Xclang', '-working-directory', '-Xclang', placed(cwd)];
      const { ok, result, beside, diagnostics } = await run([...args, ...place], files, '-', 'caw.d');
      if (!ok || !result?.length) throw new Refusal(diagnostics || `the compiler made nothing of ${source}\n`);
      // It comes as text if it is ASCII, and else as bytes.
      const rule = typeof beside === 'string' ? beside : Buffer.from(beside ?? []).toString();
      return packed(result, { said: diagnostics, dependencies: listed(rule) });
    });
    const { bytes, about } = unpacked(entry);
    const read = /** @type {string[]} */ (about.dependencies).map((path) => view.path(resolve(cwd, unrooted(path))));
    return { bytes, said: opened(about.said, cwd), dependencies: read.filter((path) => path !== null) };
  }
}

/**
 * Links a module: a command (it has main and ends) or a reactor (it is called into until its host goes).
 * @param {{ inputs: { name: string, bytes: Uint8Array, whole?: boolean }[], libraries: { name: string, whole?: boolean }[],
 *     flags: string[], reactor: boolean, out: string }} job
 *     inputs: objects and libraries, by the names that a person knows them by; libraries: names of the system's; whole: all of it
 * @returns {Promise<{ bytes: Uint8Array, said: string }>}
 */
export async function link({ inputs, libraries, flags, reactor, out }) {
  /** @type {Files} */
  const files = {};
  // The compiler's file system has one folder a file, so that two of one name are two.
  const paths = inputs.map(({ name, bytes }, n) => {
    const path = `.cawait/${n}/${basename(name).replace(/\.(c|cc|cpp|cxx|c\+\+)$/i, '.o')}`;
    files[path] = bytes;
    return path;
  });
  /** @param {string} said */
  const named = (said) => paths.reduce((text, path, n) => text.replaceAll(path, inputs[n]?.name ?? path), said);
  const crt = `${SYSROOT}/crt1-${reactor ? 'reactor' : 'command'}.o`;
  // The driver would start the linker as another process, which the embedded compiler cannot do: this is its command.
  const args = [
    'wasm-ld',
    '-m',
    'wasm32',
    `-L${SYSROOT}`,
    ...(reactor ? ['--entry', '_initialize'] : []),
    crt,
    ...paths.flatMap((path, n) => entire(path, inputs[n])),
  ];
  args.push(...libraries.flatMap((library) => entire(`-l${library.name}`, library)), '-lc', BUILTINS);
  args.push(...flags, '-o', out);
  const entry = await cached(
    ['cawait link', version, JSON.stringify(args), ...Object.entries(files).flat()],
    async () => {
      const { ok, result, diagnostics } = await run(args, files, out);
      if (!ok || !result?.length) throw new Refusal(named(diagnostics));
      return packed(result, { said: named(diagnostics) });
    },
  );
  const { bytes, about } = unpacked(entry);
  return { bytes, said: about.said };
}
