// The printed table. It must not know where the numbers come from.

/** @typedef {Record<string, number | null>} Pythons  by what runs it: nanoseconds of this row */
/** @typedef {import('./rows.mjs').Row & { ns: number, js_ns: number | null, bare: number | null, ratio: number | null, pythons?: Pythons }} Result */

/** @param {number | null} value */
function number(value) {
  if (value === null) return '-';
  if (value >= 1000) return String(Math.round(value));
  return value >= 100 ? value.toFixed(0) : value.toFixed(Number.isInteger(value) ? 0 : 1);
}

/** @param {import('./rows.mjs').Bound | undefined} bound */
const limit = (bound) => (bound === undefined ? '-' : typeof bound === 'number' ? number(bound) : `${bound.times}x`);

/** @param {Result} result @param {import('./rows.mjs').Bound} bound */
export const reached = ({ ns, ratio }, bound) =>
  typeof bound === 'number' ? ns <= bound : ratio !== null && ratio <= bound.times;

/** @param {Result} result */
function verdict(result) {
  if (result.must === undefined) return '';
  if (result.aim !== undefined && reached(result, result.aim)) return 'aim reached';
  return reached(result, result.must) ? 'reached' : 'MISSED';
}

/** @param {Result[]} results */
export function table(results) {
  const pythons = Object.keys(results[0]?.pythons ?? {});
  const head = ['', 'unit', 'ours', 'JS', 'bare', ...pythons, 'ours/JS', 'must', 'aim', ''];
  const lines = results.map((result) => [
    result.row,
    result.unit,
    number(result.ns),
    result.key === 'lag' ? 'for ever' : number(result.js_ns),
    number(result.bare),
    ...pythons.map((name) => number(result.pythons?.[name] ?? null)),
    result.ratio === null ? '-' : result.ratio.toFixed(2),
    limit(result.must),
    limit(result.aim),
    verdict(result),
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
