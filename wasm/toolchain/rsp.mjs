// The response file: the compiler flags that make coroutines of plain C, as text and as a list.
// It must not know of any compiler's driver: cmake, pkg-config, emcc and our own driver all read the same text.

/** Coroutines that one source file may define with the shipped cawait.rsp. */
export const CORO_NAMES = 256;

// Each of these turns a silent mistake in async code into an error: the result of an await is typed, a
// coroutine's function returns a handle, and a NULL format or handle is never meant.
const GUARDS = ['int-conversion', 'incompatible-pointer-types', 'return-type', 'nonnull'];

/**
 * The flags, one argument (or option with its argument) each.
 * @param {number} [names]  a file with fewer coroutines compiles a little faster with fewer names
 * @returns {string[]}
 */
export function coroFlags(names = CORO_NAMES) {
  return [
    '-DCAW_CORO=1',
    `-DCAW_CORO_NAMES=${names}`,
    '-Xclang -fcoroutines',
    ...GUARDS.map((warning) => `-Werror=${warning}`),
    // C has no spelling for the attribute that LLVM's coroutine passes look for; this option gives it by name.
    ...Array.from({ length: names }, (_, n) => `-mllvm -force-attribute=caw__coro_${n}:presplitcoroutine`),
  ];
}

/** The text of cawait.rsp. @param {number} [names] */
export function rsp(names = CORO_NAMES) {
  return coroFlags(names).join('\n') + '\n';
}

if (process.argv[1] === import.meta.filename) process.stdout.write(rsp(Number(process.argv[2] ?? CORO_NAMES)));
