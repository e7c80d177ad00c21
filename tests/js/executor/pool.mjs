// Executors of the tests' programs: their kinds, by the numbers that C has for them, and that nothing is left of one.
// It must not know what is done in them. Its other half is pool.h.

import { quiet } from '../harness.mjs';

export const BEST = 0;
export const INSTANCES = 1;
export const THREADS = 2;
export const INLINE = 3;
/** What JavaScript has. */
export const BOTH = /** @type {const} */ ([
  [INSTANCES, 'instances'],
  [INLINE, 'inline'],
]);

/** Its executor is let go of, and nothing is left. @param {import('../../../dist/js/node.js').App} app */
export function ended(app) {
  app.exports.drop();
  quiet(app);
  app[Symbol.dispose]();
}
