// Which changes no test can notice, because they change nothing that can be seen: tests/mutation/equivalent.txt, held against the
// changes that there are. An entry is a survivor as it is printed, without its number and line, and a last line that proves it:
//     PATH
//         was  THE LINE
//         is   THE LINE, CHANGED
//         # WHY NOBODY CAN TELL
// It must not know how a change is tried.

/** @typedef {{ path: string, was: string, is: string, reason: string }} Equivalent */

const ENTRY = /^(\S+)\n {4}was {2}(.*)\n {4}is {3}(.*)\n {4}# (.+)$/s;

/** @param {{ path: string, was: string, is: string }} change */
export const keyOf = ({ path, was, is }) => [path, was, is].join('\n');

/**
 * By keyOf; and what is no entry.
 * @param {string} text
 */
export function equivalents(text) {
  /** @type {Map<string, Equivalent>} */
  const known = new Map();
  /** @type {string[]} */
  const faults = [];
  const blocks = text.split(/\n{2,}/).map((block) => block.trim());
  for (const block of blocks) {
    if (!block || block.split('\n').every((line) => line.startsWith('#'))) continue;
    const [, path = '', was = '', is = '', reason = ''] = ENTRY.exec(block) ?? [];
    if (reason.trim() && !/[\r\n]/.test(was + is)) known.set(keyOf({ path, was, is }), { path, was, is, reason });
    else faults.push(block);
  }
  return { known, faults };
}
