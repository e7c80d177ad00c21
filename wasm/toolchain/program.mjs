// Builds one C program for one host with the embedded compiler: a function for tests and demos, and a command:
//   node wasm/toolchain/program.mjs --host js -o out.wasm a.c b.c [--checked] [--strip] [-DNAME=VALUE ...]
// It must not know the library's list of sources (library.mjs) nor how the compiler is run (clang.mjs).

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CompileError, compile, link } from './clang.mjs';
import { CHECKED, PUBLIC, RELEASE, WARNINGS, library, libraryName, publicHeaders } from './library.mjs';
import { ROOT } from './sources.mjs';

/**
 * @typedef {object} Program
 * @property {'js' | 'wasi' | 'sim'} host
 * @property {string[]} sources   paths of C files; headers beside them are found
 * @property {string} [out]       where the module is written; without it, it is only returned
 * @property {boolean} [checked]  the checked build: CAW_CHECKED, -O1 -g, names in stack traces
 * @property {boolean} [strip]    drop the names of functions too: the smallest module
 * @property {string[]} [flags]   more compiler flags, after ours
 * @property {string[]} [link]    more linker flags
 */

const STACK = 256 * 1024; // below the data, so that an overflow traps instead of writing over it

/**
 * Where a source is for the compiler: its path in the checkout, so that messages and reports name it so.
 * @param {string} path
 */
function placed(path) {
  const inside = relative(ROOT, path).replaceAll('\\', '/');
  return inside.startsWith('..') || isAbsolute(inside) ? `program/${basename(path)}` : inside;
}

/** The headers beside a source. @param {string} path  @returns {import('./clang.mjs').Files} */
function headersBeside(path) {
  const names = readdirSync(dirname(path)).filter((name) => name.endsWith('.h'));
  const files = names.map((name) => join(dirname(path), name));
  return Object.fromEntries(files.map((file) => [placed(file), readFileSync(file)]));
}

/**
 * Builds a program and returns its module's bytes. What the compiler refuses is a CompileError with its diagnostics.
 * @param {Program} program
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function program({ host, sources, out, checked = false, strip = false, flags = [], link: more = [] }) {
  const paths = sources.map((path) => resolve(path));
  const headers = Object.assign(publicHeaders(), ...paths.map(headersBeside));
  const twice = paths.find((path, n) => paths.findIndex((other) => placed(other) === placed(path)) !== n);
  if (twice) throw new Error(`two sources are called ${placed(twice)}`);
  const common = ['-std=gnu11', ...(checked ? CHECKED : RELEASE), ...WARNINGS, ...PUBLIC, ...flags];
  const objects = await Promise.all(
    paths.map(async (path) => {
      const source = placed(path);
      const files = { [source]: readFileSync(path), ...headersBeside(path) };
      const object = await compile({ source, files, headers, flags: common });
      return /** @type {const} */ ([source.replace(/\.c$/, '.o'), object]);
    }),
  );
  const libraries = await Promise.all(
    [host, 'core'].map(async (group) => /** @type {const} */ ([libraryName(group), await library(group, checked)])),
  );
  const bytes = await link({
    objects: Object.fromEntries(objects),
    libraries: Object.fromEntries(libraries),
    reactor: host === 'js',
    flags: [
      ...['--gc-sections', '--stack-first', '-z', `stack-size=${STACK}`],
      ...(strip ? ['--strip-all'] : checked ? [] : ['--strip-debug']),
      ...(checked ? [] : ['--compress-relocations']),
      ...more,
    ],
  });
  if (out) {
    mkdirSync(dirname(resolve(out)), { recursive: true });
    writeFileSync(out, bytes);
  }
  return new Uint8Array(bytes);
}

async function main() {
  // Compiler flags such as -DNAME look like short options: they are taken out before the options are read.
  const args = process.argv.slice(2);
  const flags = args.filter((arg) => /^-[DUIWfgO]/.test(arg));
  const { values, positionals } = parseArgs({
    args: args.filter((arg) => !flags.includes(arg)),
    allowPositionals: true,
    options: {
      host: { type: 'string', default: 'js' },
      out: { type: 'string', short: 'o', default: 'out.wasm' },
      checked: { type: 'boolean', default: false },
      strip: { type: 'boolean', default: false },
    },
  });
  const { host, out, checked, strip } = values;
  if (positionals.length === 0 || (host !== 'js' && host !== 'wasi' && host !== 'sim'))
    throw new Error(
      'usage: node program.mjs --host js|wasi|sim -o out.wasm a.c [b.c ...] [--checked] [--strip] [-DX=Y]',
    );
  const bytes = await program({ host, sources: positionals, out, checked, strip, flags });
  console.log(`${out}: ${bytes.length} bytes`);
}

if (process.argv[1] === import.meta.filename)
  main().catch((error) => {
    console.error(error instanceof CompileError ? error.message : `${error.message ?? error}`);
    process.exitCode = 1;
  });
