// Holds what was not taken against the excuses of excused.txt, and lists what is left.
// It must not know how it was measured.
//
// An excuse is a line:    PATH FUNCTION: (CONDITION) true|false # REASON
// PATH and FUNCTION may be *: a condition of a macro, wherever the macro is used.

/** @typedef {import('./branches.mjs').Side} Side */

const EXCUSE = /^(\S+) (\S+): \((.*)\) (true|false) #(.*)$/;

/**
 * What is left of the missed sides; excuses for which there is none; and lines that are no excuse.
 * @param {string} text @param {Side[]} missed
 */
export function excuse(text, missed) {
  const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
  const stale = [];
  const faults = [];
  const excused = new Set();
  for (const line of lines) {
    const [, path = '', within = '', condition = '', side = '', reason = ''] = EXCUSE.exec(line) ?? [];
    if (!reason.trim()) {
      faults.push(line);
      continue;
    }
    const meant = missed.filter(
      (it) =>
        (path === it.path || path === '*') &&
        (within === it.within || within === '*') &&
        condition === it.text &&
        side === `${it.side}`,
    );
    if (meant.length === 0) stale.push(line);
    for (const it of meant) excused.add(it);
  }
  return { left: missed.filter((it) => !excused.has(it)), stale, faults };
}

/** A list, by file and line. @param {{ path: string, line: number, what: string }[]} items */
export function report(items) {
  const sorted = items.toSorted((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
  return sorted.map(({ path, line, what }) => `${path}:${line}: ${what}`).join('\n');
}
