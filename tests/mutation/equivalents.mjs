// Which changes no test can notice, because they change nothing that can be seen: tests/mutation/equivalent.txt, held against the
// changes that there are. An entry is a survivor as it is printed, without its number and line, and a last line that proves it:
//     PATH FUNCTION
//         was  THE LINE
//         is   THE LINE, CHANGED
//         # WHY NOBODY CAN TELL
// It must not know how a change is tried.

/** @typedef {{ path: string, within: string, was: string, is: string }} Place  what is changed, however the lines are numbered */

const ENTRY = /^(\S+) (\S+)\n {4}was {2}(.*)\n {4}is {3}(.*)\n {4}# (.+)$/s;

/** As it stands in an entry. @param {Place} place */
export const keyOf = ({ path, within, was, is }) => `${path} ${within}\n    was  ${was}\n    is   ${is}`;

/** The name of the function, or of the variable, in whose definition a place is. @param {string} source @param {number} at */
export function within(source, at) {
  const lines = source.slice(0, at).split('\n');
  const first = lines.findLast((line) => /^[A-Za-z_](?!.*:$)/.test(line)) ?? '';
  const plain = first.replaceAll(/__attribute__\(\(.*?\)\) ?|caw_of\(.*?\) ?/g, '');
  const [, name = '?'] =
    /_FORWARD\((\w+)/.exec(plain) ??
    /\bCAW_ASYNC(?:_GEN)?\(.+?, (\w+)[,)]/.exec(plain) ??
    /(\w+)(?:\(| =|\[)/.exec(plain) ??
    [];
  return name;
}

/** The keys of the entries; and what is no entry. @param {string} text */
export function equivalents(text) {
  /** @type {Set<string>} */
  const known = new Set();
  /** @type {string[]} */
  const faults = [];
  const blocks = text.split(/\n{2,}/).map((block) => block.trim());
  for (const block of blocks) {
    if (!block || block.split('\n').every((line) => line.startsWith('#'))) continue;
    const [, path = '', within = '', was = '', is = '', reason = ''] = ENTRY.exec(block) ?? [];
    if (reason.trim() && !/[\r\n]/.test(was + is)) known.add(keyOf({ path, within, was, is }));
    else faults.push(block);
  }
  return { known, faults };
}
