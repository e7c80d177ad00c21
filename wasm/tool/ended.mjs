// How a program has ended that an error has ended: what a person is told, and the exit status.
// It must not know how it was run (start.mjs).

import { BuildError } from './build.mjs';
import { write } from './output.mjs';

/** A trap, as abort() ends a program. */
const TRAPPED = 134;
const INTERRUPTED = 130;

/** A place in C, or one in JavaScript, which has a column too. */
const PLACE = /^ +at (\S+) \((.+):(\d+)\)$/;

/** The C functions on top of a stack: JavaScript's places have a column, too. @param {string} stack */
function places(stack) {
  const lines = stack.split('\n');
  const first = lines.findIndex((line) => /^ {4}at /.test(line));
  /** @type {string[]} */
  const found = [];
  for (const line of lines.slice(first >>> 0)) {
    const [, name, file = '', row] = PLACE.exec(line) ?? [];
    if (!name || /:\d+$|^(wasm|node|file):/.test(file)) break;
    found.push(`\n  in ${name} (${file}:${row})`);
  }
  return found.join('');
}

/**
 * An error as the hosts in C tell it.
 * @param {any} error  CawError, what JavaScript has for two of its types, or an error of JavaScript's that went through C
 * @returns {string}
 */
function described(error, depth = 0) {
  const { stack, message, notes = [], errors = [], cause } = Object(error);
  if (typeof stack !== 'string') return `${error}`;
  const inC = places(stack);
  const name = error.name === 'AbortError' ? 'CancelledError' : error.name;
  const own = error.code?.startsWith?.('CAW_') || inC;
  const head = own
    ? `${name}${message ? ': ' : ''}${message}`
    : stack.replace(/\n +at .*(node:|wasm:|\/cawait\/dist\/).*/g, '');
  if (depth > 8) return head;
  const group = errors.map(
    (/** @type {unknown} */ one, /** @type {number} */ n) => `\n  [${n + 1}] ${described(one, depth + 1)}`,
  );
  const noted = notes.map((/** @type {string} */ note) => `\n  note: ${note}`);
  const origin = cause === undefined ? '' : `\ncaused by ${described(cause, depth + 1)}`;
  return [head, ...noted, own ? inC : '', ...group, origin].join('');
}

/** The C functions of a trap: what runs them is nobody's business. @param {string} stack */
function functions(stack) {
  const frames = stack.split('\n').flatMap((line) => {
    const [, name, at] = /^ +at (?:\S+?\.wasm\.)?(\S+) \(wasm:.*:(0x\w+)\)$/.exec(line) ?? [];
    return name ? [{ name, at }] : [];
  });
  const last = frames.findLastIndex(({ name }) => name.endsWith('.resume')); // of an async function
  return frames
    .slice(0, last < 0 ? frames.length : last + 1)
    .map(({ name, at }) => `\n    at ${name.replace(/\.resume$/, '')} (${at})`)
    .join('');
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
    write(2, `${name} trapped: ${trap}${functions(`${trap.stack}`)}\n`);
    return TRAPPED;
  }
  write(2, `cawait: CAW_MAIN failed\n${described(error)}\n`);
  return kind === 'KeyboardInterrupt' ? INTERRUPTED : 1;
}

/** Whether a report is of what ended() tells. @param {string} report */
export const isTold = (report) => report.startsWith('cawait: the module trapped');
