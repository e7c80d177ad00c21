// Options that were given as an object, to build() and to the plugins of bundlers: names that there are, values of their kind.
// It must not know what becomes of them.

import { UsageError } from './arguments.mjs';
import { meant } from './nearest.mjs';

/** @typedef {'strings' | 'string' | 'boolean' | 'function'} Kind */

/** @param {unknown} value @param {Kind} kind */
function fits(value, kind) {
  if (kind === 'strings') return Array.isArray(value) && value.every((one) => typeof one === 'string');
  return typeof value === kind;
}

/**
 * What is wrong is a UsageError that names it.
 * @param {string} whose @param {unknown} options @param {Record<string, Kind>} known
 */
export function checkGiven(whose, options, known) {
  if (typeof options !== 'object' || !options || Array.isArray(options))
    throw new UsageError(`${whose}: its options are an object`);
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(known, name) ? known[name] : null;
    const names = Object.keys(known);
    if (!kind) throw new UsageError(`${whose} has no option ${name}${meant(name, names) || `: ${names.join(', ')}`}`);
    if (value === undefined || fits(value, kind)) continue;
    throw new UsageError(`${whose}: ${name} is ${kind === 'strings' ? 'an array of strings' : `a ${kind}`}`);
  }
}
