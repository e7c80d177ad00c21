// Structs and arrays that are another realm's: of a frame, of a test environment.

import assert from 'node:assert/strict';
import test from 'node:test';
import vm from 'node:vm';
import { quiet, start } from '../harness.mjs';

const { app, x } = await start(new URL('compound.c', import.meta.url));

test("another realm's arrays and objects", () => {
  assert.deepEqual(x.twice_caw_doubles(vm.runInNewContext('new Float64Array([1, 2])')), new Float64Array([2, 4]));
  assert.deepEqual(x.twice_caw_int64s(vm.runInNewContext('new BigInt64Array([1n])')), new BigInt64Array([2n]));
  assert.throws(
    () => x.twice_caw_doubles(vm.runInNewContext('new Float32Array(1)')),
    /expected a Float64Array, got an object \(Float32Array\)/,
  );
  assert.deepEqual(x.moved(vm.runInNewContext('({ x: 1, y: 2, id: 3 })'), 1), { x: 2, y: 3, id: 4 });
  quiet(app);
});
