// Random cases: steps at the border, and the values that they hand over, as plain data that can be kept in a file and made smaller.
// It must not know how a value is made or a step done (world.mjs).

import fc from 'fast-check';
import { BRAND } from './pieces.mjs';

/**
 * @typedef {{ act: string, n: number } | null} Act  what happens when somebody looks
 * @typedef {{ k: string, [more: string]: any }} Recipe  of a value, by its kind
 * @typedef {{ s: string, [more: string]: any }} Step
 */

/** What can be awaited, aborted: so many of each. */
export const MANY = 3;
export const PROPERTIES = [
  ...['then', 'constructor', 'name', 'message', 'errno', 'stack', 'toString', 'key', 'method', 'length', '0', 'abort'],
  ...[
    'aborted',
    'signal',
    'addEventListener',
    'reason',
    'text',
    'arrayBuffer',
    'body',
    'headers',
    'bodyUsed',
    'cancel',
  ],
  ...['type', BRAND],
];

const which = fc.nat(MANY - 1);
/** @type {fc.Arbitrary<Act>} */
const act = fc.option(
  fc.record({
    act: fc.oneof(
      {
        weight: 60,
        arbitrary: fc.constantFrom('throw', 'abort', 'call', 'settle', 'reject', 'stats', 'function', 'cancel'),
      },
      { weight: 1, arbitrary: fc.constantFrom('dispose', 'interrupt', 'asyncDispose') },
    ),
    n: which,
  }),
  { freq: 3 },
);

const text = fc.oneof(
  fc.constantFrom('', 'key', 'b', 'AbortError', 'TimeoutError', 'a\0b', '\ud800', '\ufeff', 'ä'.repeat(3000)),
  fc.string({ maxLength: 8 }),
);
const number = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 127, 128, -129, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, 0.5),
  fc.integer(),
);

export const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    fc.record({ k: fc.constant('odd'), n: fc.nat(9) }),
    fc.record({ k: fc.constant('number'), v: number }),
    fc.record({ k: fc.constant('text'), v: text }),
    fc.record({
      k: fc.constant('bigint'),
      v: fc.constantFrom('0', '-1', '9223372036854775808', '18446744073709551616'),
    }),
    fc.record({ k: fc.constant('bytes'), n: fc.nat(11) }),
    fc.record({ k: fc.constant('memory'), n: fc.nat(2) }),
    fc.record({ k: fc.constant('deferred'), n: which }),
    fc.record({ k: fc.constantFrom('signal', 'controller'), n: which }),
    fc.record({ k: fc.constant('foreign'), n: fc.nat(7) }),
    fc.record({ k: fc.constant('revoked') }),
    fc.record({
      k: fc.constant('object'),
      on: fc.dictionary(fc.constantFrom(...PROPERTIES), fc.record({ act, value: tie('value') }), { maxKeys: 3 }),
      how: fc.constantFrom('plain', 'frozen', 'cyclic', 'null', 'error', 'array', 'function'),
    }),
    fc.record({ k: fc.constant('proxy'), act, of: tie('value') }),
    fc.record({ k: fc.constant('reactive'), of: tie('value') }),
    fc.record({ k: fc.constant('error'), name: text, message: tie('value'), act }),
    fc.record({
      k: fc.constant('thenable'),
      act,
      late: fc.boolean(),
      does: fc.array(fc.record({ does: fc.constantFrom('resolve', 'reject', 'throw'), value: tie('value') }), {
        maxLength: 3,
      }),
    }),
    fc.record({ k: fc.constantFrom('resolved', 'rejected', 'patched'), of: tie('value'), act }),
    fc.record({ k: fc.constant('function'), act, value: tie('value') }),
    fc.record({
      k: fc.constant('response'),
      parts: fc.array(tie('value'), { maxLength: 3 }),
      ends: fc.constantFrom('closed', 'open', 'torn'),
      act,
      real: fc.boolean(),
    }),
    fc.record({
      k: fc.constantFrom('readable', 'writable'),
      parts: fc.array(tie('value'), { maxLength: 3 }),
      ends: fc.constantFrom('closed', 'open', 'torn'),
      act,
      real: fc.constantFrom(true, true, true, false),
    }),
  ),
}));

/** What each exported function takes: recipes that fit, often, and else anything. */
const promise = fc.oneof(fc.record({ k: fc.constant('deferred'), n: which }), value);
const string = fc.oneof(fc.record({ k: fc.constant('text'), v: text }), value);
const numeric = fc.oneof(fc.record({ k: fc.constant('number'), v: number }), value);
const how = fc.record({ k: fc.constant('number'), v: fc.nat(2) });
const seconds = fc.record({ k: fc.constant('number'), v: fc.constantFrom(0, 0.001, 1, 100) });
const stream = fc.oneof(
  { weight: 3, arbitrary: value.filter(({ k }) => k === 'readable' || k === 'writable' || k === 'response') },
  { weight: 1, arbitrary: value },
);
const field = fc.record({ act, value: numeric });
const flag = fc.record({ act, value: fc.oneof(fc.record({ k: fc.constant('odd'), n: fc.nat(1) }), value) });
const point = fc.oneof(
  fc.record({
    k: fc.constant('object'),
    on: fc.record({ x: field, id: field, on: flag }, { requiredKeys: ['x', 'id'] }),
    how: fc.constantFrom('plain', 'frozen', 'null', 'function'),
  }),
  value,
);
export const CALLS = /** @type {Record<string, fc.Arbitrary<Recipe>[]>} */ ({
  wait_any: [promise],
  wait_object: [promise],
  wait_number: [promise],
  wait_text: [promise],
  wait_small: [promise],
  numbers: [
    numeric,
    numeric,
    numeric,
    numeric,
    numeric,
    fc.oneof(fc.record({ k: fc.constant('odd'), n: fc.nat(3) }), value),
  ],
  large: [numeric, numeric],
  texts: [string, fc.oneof(fc.record({ k: fc.constant('bytes'), n: fc.nat(11) }), value), string],
  look: [value, fc.record({ k: fc.constant('text'), v: fc.constantFrom(...PROPERTIES) })],
  calls: [value, value, how],
  function: [],
  gives: [promise],
  limited: [promise, fc.oneof(fc.record({ k: fc.constant('controller'), n: which }), value), seconds],
  cleans: [promise, value],
  reads: [value, how],
  lines: [stream, how],
  writes: [stream, how],
  moves: [point, numeric],
  at_once: [fc.oneof(fc.record({ k: fc.constant('function'), act, value }), value), point],
  nap: [seconds],
  prints: [fc.record({ k: fc.constant('number'), v: fc.nat(3) })],
});

const call = fc.oneof(
  ...Object.entries(CALLS).map(([f, args]) =>
    fc.record({
      s: fc.constant('call'),
      f: fc.constant(f),
      args: fc.oneof(
        { weight: 20, arbitrary: fc.tuple(...args) },
        { weight: 1, arbitrary: fc.array(value, { maxLength: 7 }) },
      ),
      signal: fc.option(which),
      options: fc.option(value, { freq: 20 }),
    }),
  ),
);

/** @type {fc.Arbitrary<Step[]>} */
export const steps = /** @type {any} */ (
  fc.array(
    fc.oneof(
      { weight: 40, arbitrary: call },
      { weight: 15, arbitrary: fc.record({ s: fc.constantFrom('resolve', 'reject'), n: which, value }) },
      { weight: 8, arbitrary: fc.record({ s: fc.constant('abort'), n: which, value }) },
      { weight: 3, arbitrary: fc.record({ s: fc.constant('reason'), n: which, act, value }) },
      { weight: 3, arbitrary: fc.record({ s: fc.constant('print'), act }) },
      { weight: 10, arbitrary: fc.record({ s: fc.constantFrom('turn', 'microtask') }) },
      { weight: 5, arbitrary: fc.record({ s: fc.constant('time'), ms: fc.constantFrom(0, 1, 2, 1000, 1e6) }) },
      { weight: 8, arbitrary: fc.record({ s: fc.constant('function'), args: fc.array(value, { maxLength: 3 }) }) },
      { weight: 1, arbitrary: fc.record({ s: fc.constantFrom('dispose', 'interrupt', 'asyncDispose') }) },
    ),
    { minLength: 1, maxLength: 9 },
  )
);
