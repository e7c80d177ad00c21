// Debug mode of a checked build: steps that take long.

import assert from 'node:assert/strict';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { program } from '../../../wasm/toolchain/program.mjs';
import { load } from '../harness.mjs';

const sources = [fileURLToPath(new URL('debug.c', import.meta.url))];

test('a step that takes longer than was said is reported by name', async () => {
  const bytes = await program({ host: 'js', sources, checked: true });
  /** @type {string[]} */
  const reports = [];
  let now = 0;
  let by = 0;
  const clock = { now: () => (now += by), setTimeout: () => {}, clearTimeout: () => {} };
  const app = await load(/** @type {BufferSource} */ (bytes), {
    clock,
    debug: { slow: 200 },
    onReport: (text) => reports.push(text),
  });
  await app.exports['toil']?.();
  assert.deepEqual(reports, []);
  by = 300; // each look at the clock
  await app.exports['toil']?.();
  by = 0;
  // The step within the call, and the one after its await.
  assert.equal(reports.filter((text) => /toil.*took/.test(text)).length, 2, reports.join('\n'));
  app[Symbol.dispose]();
});
