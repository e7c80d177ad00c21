// A program in C++ for JavaScript: coroutines that are exported, take promises, and are CAW_MAIN.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from '../../dist/js/node.js';
import { build } from '../../dist/js/tool/build.js';

test('coroutines of C++ beside JavaScript, without a warning', async () => {
  const source = join(import.meta.dirname, 'cplusplus/app.cpp');
  const flags = ['-Wall', '-Wextra', '-Wconversion', '-Wshadow', '-Werror', '-fno-rtti'];
  const { module, types, text } = await build({ sources: [source], flags, checked: true });
  assert.equal(text, '');
  assert.match(types, /greet\(name: string, options\?: .*\): Promise<string>/);
  const plus = async (/** @type {number} */ a, /** @type {number} */ b) => a + b;
  Object.assign(globalThis, { later: plus });
  const app = await load(module);
  assert.equal(await app.done, 10);
  const { add, nothing, greet, mirror, area, sum, later, fails } = /** @type {any} */ (app.exports);
  assert.equal(await add(2, 3), 5);
  assert.equal(await nothing(), undefined);
  assert.equal(await greet('you'), 'hello, you');
  assert.deepEqual(await mirror({ x: 1, y: 2 }), { x: 2, y: 1 });
  assert.equal(area(3, 4), 12);
  assert.equal(await sum(new Float64Array([1, 2, 3])), 6);
  assert.equal(await later('later'), 42);
  await assert.rejects(fails(), { name: 'ValueError', message: 'no 1' });
  const controller = new AbortController();
  const aborted = add(1, 2, { signal: controller.signal });
  controller.abort();
  await assert.rejects(aborted, { name: 'AbortError' });
  const { frames, blocks } = app.stats();
  assert.deepEqual({ frames, blocks }, { frames: 0, blocks: 0 });
});
