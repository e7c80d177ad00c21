// Random programs through CPython and through the interpreter in C: which of them differ.
// It must not know how a difference is shown.

import { difference } from './compare.mjs';
import { programs } from './generate.mjs';
import { run } from './hosts.mjs';
import { oracle } from './oracle.mjs';

/** @typedef {import('./hosts.mjs').Host} Host */
/** @typedef {{ text: string, expected: string[] }} Case */
/** @typedef {Case & { host: Host, got: string[] }} Difference */

/**
 * The first programs of a seed of which CPython has a trace, with it; and how often it has none, by reason.
 * @param {number} seed @param {number} count @param {number} [from]
 * @param {{ coarse?: boolean, ask?: typeof oracle }} [options]
 */
export async function cases(seed, count, from = 0, { coarse = false, ask = oracle } = {}) {
  /** @type {Case[]} */
  const found = [];
  /** @type {Map<string, string[]>} */
  const without = new Map();
  for (let next = from; found.length < count;) {
    const texts = programs(seed, Math.ceil((count - found.length) * 1.3) + 10, next, { coarse });
    next += texts.length;
    for (const [n, trace] of (await ask(texts)).entries()) {
      const text = texts[n] ?? '';
      if (found.length === count) break;
      if (Array.isArray(trace)) found.push({ text, expected: trace });
      else without.set(trace.none, [...(without.get(trace.none) ?? []), text]);
    }
  }
  return { found, without };
}

/**
 * Runs cases on a host. `seen`: what of a trace is compared.
 * @param {Host} host @param {Case[]} cases @param {import('./hosts.mjs').Options} [options]
 * @param {(trace: string[]) => string[]} [seen]
 * @returns {Promise<{ differences: Difference[], complaints: string[] }>}
 */
export async function conform(host, cases, options, seen = (trace) => trace) {
  const { outcomes, complaints } = await run(
    host,
    cases.map(({ text }) => text),
    options,
  );
  /** @type {Difference[]} */
  const differences = [];
  for (const [n, { text, expected }] of cases.entries()) {
    const outcome = outcomes[n] ?? { died: 'not run' };
    const got = 'trace' in outcome ? seen(outcome.trace) : [`(${outcome.died})`];
    if (difference(expected, got) >= 0) differences.push({ host, text, expected, got });
  }
  return { differences, complaints };
}

const LANES = 8; // they mostly wait

/**
 * Runs cases on a host in real time: the clock is measured inside (tests/clock/real.c), so that all must be the same on any machine.
 * @param {Host} host @param {Case[]} cases
 * @returns {Promise<Difference[]>}
 */
export async function inRealTime(host, cases) {
  const lanes = Array.from({ length: LANES }, (_, lane) => cases.filter((_, n) => n % LANES === lane));
  const found = await Promise.all(lanes.map((lane) => conform(host, lane, { realTime: true })));
  return found.flatMap((lane) => lane.differences);
}
