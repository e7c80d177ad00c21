// The response file: the compiler flags that make coroutines of plain C, as text and as a list. They are coro-flags.txt,
// and one line for each name a coroutine can have; CMakeLists.txt writes the same file from the same parts.
// It must not know of any compiler's driver.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Coroutines that one source file may define with the shipped cawait.rsp. */
export const CORO_NAMES = 256;

// The warnings made errors there are silent mistakes in async code: the result of an await is typed, a coroutine's
// function returns a handle, and a NULL format or handle is never meant.
const FLAGS = readFileSync(join(import.meta.dirname, 'coro-flags.txt'), 'utf8')
  .trim()
  .split('\n');

/**
 * The flags, one argument (or option with its argument) each.
 * @param {number} [names]  a file with fewer coroutines compiles a little faster with fewer names
 * @returns {string[]}
 */
export function coroFlags(names = CORO_NAMES) {
  // C has no spelling for the attribute that LLVM's coroutine passes look for; this option gives it by name.
  const named = Array.from({ length: names }, (_, n) => `-mllvm -force-attribute=caw__coro_${n}:presplitcoroutine`);
  return [...FLAGS, `-DCAW_CORO_NAMES=${names}`, ...named];
}

/** For a compiler that nobody edits: of our macros it shows the one that an error is in, not six around it, and a line of each place. */
export const SHORT = ['-fmacro-backtrace-limit=1', '-fcaret-diagnostics-max-lines=1'];

/** The text of cawait.rsp. @param {number} [names] */
export function rsp(names = CORO_NAMES) {
  return [...SHORT, ...coroFlags(names)].join('\n') + '\n';
}

// A file with more coroutines than the shipped one names: node rsp.mjs 1024 > large.rsp
if (process.argv[1] === import.meta.filename) process.stdout.write(rsp(Number(process.argv[2] ?? CORO_NAMES)));
