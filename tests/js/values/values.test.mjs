// JavaScript values from C: globals, properties, calls, conversions, functions made of C callbacks, dead handles.

import assert from 'node:assert/strict';
import test from 'node:test';
import { quiet, rejection, settled, start } from '../harness.mjs';

const { app, x } = await start(new URL('values.c', import.meta.url));

test('globals, properties, elements', async () => {
  assert.equal(await x.global(0, 0), globalThis);
  assert.equal(await x.absent(0, 0), undefined);
  assert.equal(await x.get_x({ xü: 5 }, 0), 5);
  assert.equal(await x.get_x('string', 0), undefined);
  assert.equal(await x.first(['a', 'b'], 0), 'b');
  assert.equal(await x.last({ 4294967294: 'last' }, 0), 'last');
  /** @type {any} */
  const object = {};
  assert.equal(await x.set(object, 'ключ'), 0);
  assert.deepEqual(object, { ключ: 7, 3: 'at 3' });
  quiet(app);
});

test('calls, methods, constructors', async () => {
  const object = {};
  const all = await x.call_it((/** @type {unknown[]} */ ...args) => args, object);
  assert.deepEqual(all, [1, 2.5, 'three', true, 5n, undefined, new Uint8Array([1, 2]), object]);
  assert.equal(all[7], object);
  const called = function () {
    return [/** @type {any} */ (this)];
  };
  assert.deepEqual(await x.call_none(called, 0), [undefined]);
  assert.deepEqual(await x.call_many((/** @type {unknown[]} */ ...args) => args, 0), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(
    await x.method(
      {
        n: 40,
        add(/** @type {number} */ m) {
          return this.n + m;
        },
      },
      0,
    ),
    42,
  );
  assert.deepEqual(await x.construct(Array, 0), [, , ,]);
  quiet(app);
});

test('new values', async () => {
  assert.equal(await x.null_(0, 0), null);
  assert.deepEqual(await x.array(0, 0), []);
  assert.equal(await x.string(0, 0), '🚀 \ufffd!', 'a byte that is no UTF-8');
  quiet(app);
});

test('what throws in JavaScript is an error in C, and the same object again outside', async () => {
  const reason = new Error('mine');
  const throws = () => {
    throw reason;
  };
  assert.equal(await rejection(x.call_none(throws, 0)), reason);
  assert.equal(await rejection(x.method({ add: throws }, 0)), reason);
  assert.equal(
    await rejection(
      x.construct(
        class {
          constructor() {
            throws();
          }
        },
        0,
      ),
    ),
    reason,
  );
  assert.equal(
    await rejection(
      x.get_x(
        {
          get xü() {
            return throws();
          },
        },
        0,
      ),
    ),
    reason,
  );
  assert.equal(
    await rejection(
      x.set(
        {
          set key(/** @type {unknown} */ _) {
            throws();
          },
        },
        'key',
      ),
    ),
    reason,
  );
  assert.match((await rejection(x.method({}, 0))).message, /^\[object Object\]\.add is not a function$/);
  assert.ok((await rejection(x.call_none(5, 0))) instanceof TypeError);
  assert.ok((await rejection(x.construct(() => 1, 0))) instanceof TypeError);
  assert.ok((await rejection(x.get_x(null, 0))) instanceof TypeError);
  assert.ok((await rejection(x.set(Object.freeze({}), 'key'))) instanceof TypeError);
  assert.equal((await rejection(x.bad_pointer(0, 0))).message, 'a C pointer has no JavaScript value');
  for (const none of [x.no_handle, x.no_argument, x.no_value])
    assert.equal((await rejection(none(() => {}, 0))).message, 'a NULL caw_js was given');
  assert.equal((await rejection(x.no_text(0, 0))).type, 'MemoryError');
  quiet(app);
});

test('conversions', async () => {
  const [double, int, int64, bool, string, bytes, describe, value, type] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  assert.equal(await x.convert(1.5, double), 1.5);
  assert.equal(await x.convert(-5, int), -5);
  assert.equal(await x.convert(2n ** 40n, int64), 2n ** 40n);
  assert.equal(await x.convert(9, int64), 9n);
  assert.equal(await x.convert(true, bool), true);
  assert.equal(await x.convert('é', string), 'é');
  assert.deepEqual(await x.convert(new Uint8Array([1, 2, 3]).subarray(1), bytes), new Uint8Array([2, 3]));
  assert.equal(await x.convert({ toString: () => 'custom' }, describe), 'custom');
  assert.equal(await x.convert(Symbol.for('s'), describe), 'Symbol(s)');
  for (const [js, how, text] of /** @type {[unknown, number, string][]} */ ([
    ['1', double, 'expected a number, got a string'],
    [1.5, int, 'expected an integer from -2147483648 to 2147483647, got the number 1.5'],
    [2n ** 63n, int64, 'expected a BigInt of 64 bits or a safe integer, got the BigInt 9223372036854775808n'],
    [0, bool, 'expected a boolean, got the number 0'],
    [{}, string, 'expected a string, got an object (Object)'],
    ['x', bytes, 'expected a Uint8Array, got a string'],
  ]))
    assert.equal((await rejection(x.convert(js, how))).message, text);
  assert.equal(
    (
      await rejection(
        x.convert(
          {
            toString() {
              throw new Error('no');
            },
          },
          describe,
        ),
      )
    ).message,
    'no',
  );
  for (const js of [undefined, true, 2, 'x', 3n, /** @type {any} */ ({})]) assert.equal(await x.convert(js, value), js);
  const types = [undefined, null, false, 1, 1n, '', Symbol(), {}, () => 1];
  for (const [index, js] of types.entries()) assert.equal(await x.convert(js, type), index);
  quiet(app);
});

test('equality and instanceof', async () => {
  const object = {};
  assert.equal(await x.compare(object, Object), 1);
  assert.equal(await x.compare(Object, Object), 11);
  assert.equal(await x.compare(NaN, Object), 0);
  assert.ok((await rejection(x.compare(1, 2))) instanceof TypeError);
  quiet(app);
});

test('a released handle says so, even when its place is taken', async () => {
  const error = await rejection(x.dead({ x: {}, y: {} }));
  assert.equal(error.message, 'use after free: this caw_js was released already (caw_ref it to keep it)');
  quiet(app);
});

test('functions made of C callbacks', async () => {
  const sum = await x.make_sum(0, 0);
  assert.equal(sum(1, 2, 3), 6);
  assert.equal(sum(), 0);
  assert.throws(() => sum(1, 'x'), { type: 'TypeError', message: 'argument 1 is no number' });
  assert.equal(await x.sums(), 6000);
  await x.dispose(sum);
  assert.equal(await x.sums(), 6001, 'destroyed once');
  await x.dispose(sum);
  assert.equal(await x.sums(), 6001);
  assert.throws(() => sum(1), { message: 'this C function was disposed of' });
  await x.dispose({});
  quiet(app);
});

test('what a callback gets and gives', async () => {
  const echo = await x.make_echo(0, 0);
  const object = {};
  for (const value of [undefined, true, 1.5, 5n, 'grüß', object]) assert.equal(echo(value), value);
  assert.deepEqual(echo(new Uint8Array([1, 2])), new Uint8Array([1, 2]));
  const nested = await x.make_nested(0, 0);
  assert.equal(
    nested(() => object),
    object,
  );
  assert.equal(
    nested(() => nested(() => 'deep')),
    'deep',
  );
  const reason = new Error('from inside');
  assert.throws(
    () =>
      nested(() => {
        throw reason;
      }),
    (error) => error === reason,
  );
  assert.throws(
    () =>
      nested(() =>
        nested(() => {
          throw reason;
        }),
      ),
    (error) => error === reason,
  );
  await x.dispose(echo);
  await x.dispose(nested);
  quiet(app);
});

test('a callback may spawn', async () => {
  const spawner = await x.make_spawner(0, 0);
  /** @type {string[]} */
  const log = [];
  spawner(log);
  assert.deepEqual(log, [], 'a task begins in the loop, not in the call');
  await settled();
  assert.deepEqual(log, ['before', 'after']);
  await x.dispose(spawner);
  quiet(app);
});
