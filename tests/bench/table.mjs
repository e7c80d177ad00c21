// The printed table. It must not know where the numbers come from.

/** @typedef {import('./rows.mjs').Row & { ns: number, js_ns: number | null, bare: number | null, ratio: number | null }} Result */

/** @param {number | null} value */
function number(value) {
  if (value === null) return '-';
  if (value >= 1000) return String(Math.round(value));
  return value >= 100 ? value.toFixed(0) : value.toFixed(Number.isInteger(value) ? 0 : 1);
}

/** @param {import('./rows.mjs').Bound} bound */
const limit = (bound) => (typeof bound === 'number' ? number(bound) : `${bound.times}x`);

/** @param {Result} result @param {import('./rows.mjs').Bound} bound */
export const reached = ({ ns, ratio }, bound) =>
  typeof bound === 'number' ? ns <= bound : ratio !== null && ratio <= bound.times;

/** @param {Result[]} results */
export function table(results) {
  const head = ['', 'unit', 'ours', 'JS', 'bare', 'ours/JS', 'must', 'aim', ''];
  const lines = results.map((result) => [
    result.row,
    result.unit,
    number(result.ns),
    result.key === 'lag' ? 'for ever' : number(result.js_ns),
    number(result.bare),
    result.ratio === null ? '-' : result.ratio.toFixed(2),
    limit(result.must),
    limit(result.aim),
    reached(result, result.aim) ? 'aim reached' : reached(result, result.must) ? 'reached' : 'MISSED',
  ]);
  const rows = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const left = new Set([0, 1, head.length - 1]);
  return rows
    .map((row) =>
      row
        .map((cell, n) => (left.has(n) ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
