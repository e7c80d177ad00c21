// The module's memory and raw exports.

import assert from 'node:assert/strict';
import test from 'node:test';
import { start } from '../harness.mjs';

const source = new URL('raw.c', import.meta.url);

test('memory is read and written, functions exported by hand are called', async () => {
  const { app, x } = await start(source);
  const { twice, table } = /** @type {Record<string, (...args: number[]) => number>} */ (app.raw);
  assert.equal(twice?.(21), 42);
  const numbers = new Float32Array(app.memory.buffer, (table?.() ?? 0) >>> 0, 4);
  numbers.set([1, 2, 3, 4.5]);
  assert.equal(await x.sum(), 10.5);
  assert.deepEqual(Object.keys(app).includes('memory'), true);
});

test('an instance that is over gives neither', async () => {
  const { app } = await start(source);
  app[Symbol.dispose]();
  assert.throws(() => app.memory, { type: 'Disposed' });
  assert.throws(() => app.raw, { type: 'Disposed' });
});
