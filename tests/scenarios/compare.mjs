// Two traces of one program: where they part, and how to show it.
// It must not know where traces come from.

/** @typedef {import('./generate.mjs').Program} Program */

const BEFORE = 10; // lines of context
const AFTER = 8;
const WIDTH = 64;

/** The first line where two traces part, or -1. @param {string[]} one @param {string[]} other */
export function difference(one, other) {
  const length = Math.max(one.length, other.length);
  for (let n = 0; n < length; n++) if (one[n] !== other[n]) return n;
  return -1;
}

/** A program to read: a body a line. @param {Program} program */
export function readable({ eager, bodies, gens = [] }) {
  const blocks = (/** @type {string} */ letter, /** @type {any[][]} */ list) =>
    list.flatMap((block, n) => [
      `  ${letter}${n}`,
      ...block.map((statement, at) => `    ${String(at).padStart(2)}  ${JSON.stringify(statement)}`),
    ]);
  return [`  eager: ${eager}`, ...blocks('b', bodies), ...blocks('g', gens)].join('\n');
}

/**
 * Side by side from a little before the first difference.
 * @param {string} name  of the second @param {string[]} expected @param {string[]} got
 */
export function sideBySide(name, expected, got) {
  const at = difference(expected, got);
  const from = Math.max(0, at - BEFORE);
  const rows = [`  ${'CPython'.padEnd(WIDTH)}   ${name}`];
  for (let n = from; n < Math.min(at + AFTER, Math.max(expected.length, got.length)); n++) {
    const [left = '(nothing)', right = '(nothing)'] = [expected[n], got[n]];
    rows.push(`${n === at ? '> ' : '  '}${left.padEnd(WIDTH)} ${left === right ? ' ' : '|'} ${right}`);
  }
  return rows.join('\n');
}
