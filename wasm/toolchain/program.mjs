// Builds one C program for one host with the embedded compiler; what tests and demos do; the user's are built by wasm/tool.
// It must not know the library's list of sources (library.mjs) nor how the compiler is run (clang.mjs).

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { place } from './cache.mjs';
import { compile, link } from './clang.mjs';
import { CHECKED, OWN, PUBLIC, RELEASE, WARNINGS, library } from './library.mjs';
import { optimize } from './optimize.mjs';
import { ROOT, hostOf, libraryName, ownHeaders, publicHeaders } from './sources.mjs';

/**
 * @typedef {object} Program
 * @property {'js' | 'wasi' | 'wasip1' | 'wasip3' | 'sim'} host   wasip3: the result is a component
 * @property {string[]} sources   paths of C files; headers beside them are found
 * @property {string} [out]       where the module is written; without it, it is only returned
 * @property {boolean} [checked]  the checked build: CAW_CHECKED, -O1 -g, names in stack traces
 * @property {boolean} [strip]    the smallest module: without names of functions, and through Binaryen if that is installed
 * @property {boolean} [internal] the library's own headers are found, too: for parts of a test that stand in for a host's
 * @property {string[]} [flags]   more compiler flags, after ours
 * @property {string[]} [link]    more linker flags
 * @property {string} [wit]       of a component: the path of its own world; without it, it is a command
 * @property {string} [world]     which of the worlds there
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

/**
 * The headers beside a source, and what these and the source include from other folders (#include "../x.h"): those stand where
 * the compiler's file system looks for them, which takes a step up for none.
 * @param {string} path  @returns {import('./clang.mjs').Files}
 */
function headersBeside(path) {
  const names = readdirSync(dirname(path)).filter((name) => name.endsWith('.h'));
  const beside = names.map((name) => join(dirname(path), name));
  const files = new Map(beside.map((file) => [placed(file), file]));
  for (const [at, file] of [[placed(path), path], ...files])
    for (const [, other = ''] of readFileSync(file, 'utf8').matchAll(/^#include "((?:\.\.\/)+[^"]+)"/gm)) {
      const real = join(dirname(file), other);
      if (!existsSync(real)) continue;
      const there = join(dirname(at), other.replaceAll('../', '')).replaceAll('\\', '/');
      // With what stands beside it, which it may include.
      for (const name of readdirSync(dirname(real)).filter((name) => name.endsWith('.h')))
        files.set(`${dirname(there)}/${name}`, join(dirname(real), name));
      files.set(there, real);
    }
  return Object.fromEntries([...files].map(([at, file]) => [at, readFileSync(file)]));
}

/**
 * Builds a program and returns its module's bytes. What the compiler refuses is a CompileError with its diagnostics.
 * @param {Program} program
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function program({ host, sources, out, checked = false, strip = false, internal = false, ...options }) {
  const { flags = [], link: more = [], wit, world } = options;
  const paths = sources.map((path) => resolve(path));
  const headers = internal ? ownHeaders() : publicHeaders();
  const beside = Object.assign({}, ...paths.map(headersBeside));
  const twice = paths.find((path, n) => paths.findIndex((other) => placed(other) === placed(path)) !== n);
  if (twice) throw new Error(`two sources are called ${placed(twice)}`);
  const common = [
    '-std=gnu11',
    ...(checked ? CHECKED : RELEASE),
    ...WARNINGS,
    ...PUBLIC,
    ...(internal ? OWN : []),
    ...flags,
  ];
  const objects = await Promise.all(
    paths.map(async (path) => {
      const source = placed(path);
      const files = { [source]: readFileSync(path), ...headersBeside(path) };
      // Those beside another source are found by -I; without, what is compiled once serves for each program it is part of.
      const found = flags.some((flag) => flag.startsWith('-I')) ? { ...headers, ...beside } : headers;
      const object = await compile({ source, files, headers: found, flags: common });
      return /** @type {const} */ ([source.replace(/\.c$/, '.o'), object]);
    }),
  );
  const libraries = await Promise.all(
    [hostOf(host), 'core'].map(
      async (group) => /** @type {const} */ ([libraryName(group), await library(group, checked)]),
    ),
  );
  const linked = await link({
    objects: Object.fromEntries(objects),
    libraries: Object.fromEntries(libraries),
    reactor: host === 'js' || host === 'wasip3',
    flags: [
      ...['--gc-sections', '--stack-first', '-z', `stack-size=${STACK}`],
      ...(strip ? ['--strip-all'] : checked ? [] : ['--strip-debug']),
      ...(checked ? [] : ['--compress-relocations']),
      ...(host === 'wasip3' && !wit ? ['--undefined=caw__run_export'] : []),
      ...more,
    ],
  });
  const small = strip ? await optimize(linked) : linked;
  const bytes =
    host === 'wasip3' ? await componentOf(small, { ...(wit ? { wit } : {}), ...(world ? { world } : {}) }) : small;
  if (out) place(resolve(out), bytes);
  return new Uint8Array(bytes);
}

/** @param {Uint8Array} module @param {import('./component.mjs').World} own */
async function componentOf(module, own) {
  const { REMEDY, component, jco } = await import('./component.mjs');
  const tools = jco();
  if (!tools) throw new Error(`what makes a component is not installed: ${REMEDY}`);
  return component(module, own, tools);
}
