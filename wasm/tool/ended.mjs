// How a program has ended that an error has ended: what a person is told, and the exit status.
// It must not know how it was run (start.mjs).

import { BuildError } from './build.mjs';
import { write } from './output.mjs';

/** A trap, as abort() ends a program. */
const TRAPPED = 134;

/** The places in C, which stand first; those of JavaScript have a column, too. @param {string} stack */
const places = (stack) =>
  [...stack.slice(stack.indexOf('\n    at ')).matchAll(/\n {4}at (\S+) (\((?!wasm|node|file).*\D:\d+\))(?=\n|$)/gy)]
    .map(([, name, place]) => `\n  in ${name} ${place}`)
    .join('');

/**
 * An error as the hosts in C tell it.
 * @param {any} error  CawError, what JavaScript has for two of its types, or an error of JavaScript's that went through C
 * @returns {string}
 */
function described(error, depth = 0) {
  const { stack, name, message, code, notes = [], errors = [], cause } = Object(error);
  if (typeof stack !== 'string') return `${error}`;
  const inC = places(stack);
  const isOurs = inC || /^CAW_/.test(code);
  const text = [
    isOurs
      ? `${name.replace('Abort', 'Cancelled')}${message && ': '}${message}`
      : stack.replace(/\n +at .*(node:|wasm:|\/cawait\/dist\/).*/g, ''),
    ...notes.map((/** @type {string} */ note) => `\n  note: ${note}`),
    isOurs && inC,
  ];
  if (depth < 9) {
    for (const [n, one] of errors.entries()) text.push(`\n  [${n + 1}] ${described(one, depth + 1)}`);
    if (cause !== undefined) text.push(`\ncaused by ${described(cause, depth + 1)}`);
  }
  return text.join('');
}

/** The C functions of a trap: what runs an async one is nobody's business. @param {string} stack */
function functions(stack) {
  const frames = [...stack.matchAll(/^ +at (?:\S+?\.wasm\.)?(\S+?)(\.resume)? \(wasm:.*:(0x\w+)\)$/gm)];
  const last = frames.findLastIndex(([, , isAsync]) => isAsync);
  return frames.slice(0, last + 1 || undefined).map(([, name, , at]) => `\n    at ${name} (${at})`);
}

/** Tells of it. @param {unknown} error @param {string} name  of the program @returns {number} the status */
export function ended(error, name) {
  const { name: kind, message, errno = 0, cause } = /** @type {Error & { errno?: number }} */ (Object(error));
  if (error instanceof BuildError) throw error;
  if (kind === 'LoadError' || /^WebAssembly\.Instance\(\)/.test(message))
    throw new BuildError(`${name}: ${message.replace(/^(cawait|WebAssembly\.Instance\(\)): /, '')}`);
  if (kind === 'SystemExit' && message.startsWith('the program ended itself')) return errno;
  const trap = kind === 'Trap' ? cause : error;
  if (trap instanceof WebAssembly.RuntimeError || trap instanceof RangeError) {
    write(2, `${name} trapped: ${trap}${functions(`${trap.stack}`).join('')}\n`);
    return TRAPPED;
  }
  write(2, `cawait: CAW_MAIN failed\n${described(error)}\n`);
  return kind === 'KeyboardInterrupt' ? 130 : 1;
}
