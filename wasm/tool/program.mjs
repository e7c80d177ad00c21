// The options that all commands which build a program have in common: their text, how they are read, and what they come to.
// It must not know what is done with what was built.

import { basename, extname } from 'node:path';
import { parse } from './arguments.mjs';
import { knownHost } from './build.mjs';

/** @typedef {import('./arguments.mjs').Parsed} Parsed */

const OWN = /** @type {const} */ ({
  host: 'value',
  checked: 'flag',
  strip: 'flag',
  cc: 'value',
  wit: 'value',
  world: 'value',
  quiet: 'flag',
});

export const OPTIONS = `  --host HOST         js: a module for load(); sim: virtual time, for tests; wasip1 (or wasi): a command of WASI 0.1, for wasmtime
                      and node:wasi; wasip3: a component of WASI 0.3, wasip2 (with --cc): one of WASI 0.2, for wasmtime and jco
  --wit PATH          of a component: its own world, a file or a folder (--world NAME, if there are several); else it is a command
  --checked           reports misuse with file and line, names functions in stacks (-O1 -g -DCAW_CHECKED): while developing
  --cc COMPILER       your own instead of the embedded one: clang-19, the clang of a wasi-sdk, emcc
  --quiet             no progress, no result: only what is wrong
`;

export const CLANG = `Options of clang's mean what they mean there: -D -U -I -iquote -isystem -idirafter -include -imacros, -std= -O* -g* -f* -m*
-W* -w, -l -L -Wl, and @FILE. Headers are found as clang finds them. -O2 and -Wall are set first: yours have the last word.
`;

/**
 * @param {string[]} args
 * @param {{ own?: Record<string, 'flag' | 'value'>, program?: boolean, host?: import('./build.mjs').Host, checked?: boolean }} [spec]
 *     own: the command's other options; host, checked: what they are when nothing is said
 */
export function program(args, { own = {}, program: rest = false, host: usual = 'js', checked = false } = {}) {
  const cwd = process.cwd();
  const parsed = parse(args, { own: { ...OWN, ...own }, cwd, program: rest });
  const given = parsed.own;
  const options = {
    host: knownHost(String(given['host'] ?? usual)),
    checked: checked || given['checked'] === true,
    strip: given['strip'] === true,
    cwd,
    ...(typeof given['cc'] === 'string' ? { cc: given['cc'] } : {}),
    ...(typeof given['wit'] === 'string' ? { wit: given['wit'] } : {}),
    ...(typeof given['world'] === 'string' ? { world: given['world'] } : {}),
  };
  return { parsed, options, quiet: given['quiet'] === true };
}

/** What a module is called that nobody named: as its first source. @param {Parsed} parsed */
export function moduleName({ inputs }) {
  const path = inputs[0]?.path ?? 'app.c';
  return `${basename(path, extname(path))}.wasm`;
}
