// Promises that C awaits and promises that C gives out: types, order, late settles, thenables that misbehave.

import assert from 'node:assert/strict';
import test from 'node:test';
import { quiet, rejection, settled, start } from '../harness.mjs';

const source = new URL('promise.c', import.meta.url);
const { app, x, reports } = await start(source);

/** @type {unknown[]} */
const unhandled = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));

test('values of every type', async () => {
  const object = {};
  for (const wrap of [
    (/** @type {unknown} */ value) => value,
    (/** @type {unknown} */ value) => Promise.resolve(value),
    (/** @type {unknown} */ value) => new Promise((resolve) => setImmediate(resolve, value)),
  ]) {
    assert.equal(await x.number(wrap(1.5)), 1.5);
    assert.equal(await x.integer(wrap(-3)), -3);
    assert.equal(await x.boolean(wrap(true)), true);
    assert.equal(await x.big(wrap(2n ** 60n)), 2n ** 60n);
    assert.equal(await x.big(wrap(12)), 12n);
    assert.equal(await x.text(wrap('grüß\0gott')), 'grüß\0gott');
    assert.equal(await x.text(wrap(new Uint8Array([104, 105]))), 'hi');
    assert.equal(await x.text(wrap(new Uint8Array([104, 0xff, 105]))), 'h\ufffdi', 'invalid UTF-8');
    assert.equal(await x.text(wrap('\udc00!')), '\ufffd!', 'a lone surrogate');
    assert.equal(await x.js(wrap(object)), object);
    assert.equal(await x.js(wrap(undefined)), undefined);
    assert.equal(await x.nothing(wrap(object)), undefined);
  }
  const bytes = new Uint8Array([1, 2]);
  for (const value of [undefined, false, 3.5, -9n, 'x', object])
    assert.equal(await x.value(Promise.resolve(value)), value);
  assert.deepEqual(await x.value(bytes), bytes);
  assert.equal(await x.value(null), undefined, 'null is none');
  assert.equal(await x.value(2n ** 64n), 2n ** 64n, 'a BigInt that does not fit stays a JavaScript value');
  quiet(app);
});

test('another type fails with a TypeError that names both', async () => {
  assert.equal((await rejection(x.number(Promise.resolve('7')))).message, 'expected a number, got a string');
  assert.match((await rejection(x.integer(1.5))).message, /^expected an integer from .* got the number 1.5$/);
  assert.match((await rejection(x.boolean(0))).message, /^expected a boolean, got the number 0$/);
  assert.match((await rejection(x.text(5))).message, /^expected a string/);
  assert.match((await rejection(x.big(2n ** 63n))).message, /BigInt of 64 bits/);
  quiet(app);
});

test('a rejection arrives as the same object', async () => {
  for (const reason of [new Error('no'), 'text', undefined, null, { odd: 1 }, Symbol('s')])
    assert.equal(await rejection(x.number(Promise.reject(reason))), reason);
  const hostile = {
    toString: () => {
      throw new Error('toString');
    },
  };
  assert.equal(await rejection(x.number(Promise.reject(hostile))), hostile);
  quiet(app);
});

test('thenables that misbehave', async () => {
  /** @type {((resolve: Function, reject: Function) => void)[]} */
  const bad = [
    (resolve) => resolve(1), // calls back at once
    (resolve) => {
      resolve(1);
      resolve(2);
      throw new Error('late');
    }, // settles twice, then throws
    (resolve, reject) => {
      resolve(1);
      reject(new Error('too late'));
    },
    (resolve) => resolve({ then: (/** @type {Function} */ again) => again(1) }), // a thenable of a thenable
  ];
  for (const then of bad) assert.equal(await x.number({ then }), 1);
  assert.equal(
    (
      await rejection(
        x.number({
          then() {
            throw new Error('at once');
          },
        }),
      )
    ).message,
    'at once',
  );
  assert.equal(
    (
      await rejection(
        x.number({
          get then() {
            throw new Error('getter');
          },
        }),
      )
    ).message,
    'getter',
  );
  class Odd extends Promise {
    then() {
      throw new Error('subclass');
    }
  }
  assert.equal((await rejection(x.number(Odd.resolve(1)))).message, 'subclass');
  const disguised = Promise.resolve(4);
  Object.defineProperty(disguised, 'constructor', {
    get() {
      throw new Error('constructor');
    },
  });
  assert.equal((await rejection(x.number(disguised))).message, 'constructor');
  const shadowed = Promise.resolve(5);
  shadowed.then = () => {
    throw new Error('own then');
  };
  assert.equal(await x.number(shadowed), 5, "a promise's own then is not asked");
  const { then } = Promise.prototype;
  try {
    Promise.prototype.then = () => assert.fail('replaced then was called');
    const call = x.number(Promise.resolve(6));
    Promise.prototype.then = then;
    assert.equal(await call, 6);
  } finally {
    Promise.prototype.then = then;
  }
  quiet(app);
});

test('a late settle after a cancel is dropped, and consumed', async () => {
  /** @type {any} */
  let reject, resolve;
  const first = new Promise((_, no) => (reject = no));
  const controller = new AbortController();
  const cancelled = x.number(first, { signal: controller.signal });
  controller.abort();
  assert.equal((await rejection(cancelled)).name, 'AbortError');
  assert.equal(app.stats().promises, 0);
  const second = x.number(new Promise((yes) => (resolve = yes))); // takes the place of the first
  reject(new Error('late'));
  await settled();
  assert.equal(app.stats().promises, 1, 'the late rejection did not reach the new tenant');
  resolve(8);
  assert.equal(await second, 8);
  await settled();
  assert.deepEqual(unhandled, []);
  quiet(app);
});

test('a timeout lets go of a promise that never settles, and aborts its controller', async () => {
  const controller = new AbortController();
  const error = await rejection(x.number_or_timeout(new Promise(() => {}), controller, 0.001));
  assert.ok(error instanceof DOMException);
  assert.equal(error.name, 'TimeoutError');
  assert.ok(controller.signal.aborted);
  const fine = new AbortController();
  assert.equal(await x.number_or_timeout(Promise.resolve(2), fine, 10), 2);
  assert.ok(!fine.signal.aborted);
  quiet(app);
});

test('two futures of one promise are independent', async () => {
  assert.equal(await x.half_cancelled(new Promise((resolve) => setImmediate(resolve, 3))), 3);
  quiet(app);
});

test('what settles together runs as one pass', async () => {
  /** @type {number[]} */
  const log = [];
  const gate = new Promise((resolve) => setImmediate(resolve));
  await Promise.all([x.logger(gate, log, 1), x.logger(gate, log, 2), x.logger(gate, log, 3)]);
  assert.deepEqual(log, [1, 2, 3, 11, 12, 13]);
  quiet(app);
});

test('an error that nobody awaits is reported once', async () => {
  reports.length = 0;
  await x.dropped(Promise.reject(new Error('forgotten')));
  await settled();
  assert.equal(reports.length, 1);
  assert.match(reports[0], /never retrieved[\s\S]*forgotten/);
  assert.deepEqual(unhandled, []);
  quiet(app);
});

test('a future as a promise', async () => {
  assert.equal(await (await x.out(4)).promise, 8);
  const error = await rejection((await x.out(-1)).promise);
  assert.equal(`${error}`, 'ValueError: negative: -1');
  assert.equal(await x.round_trip(5), 10);
  assert.equal((await rejection(x.round_trip(-5))).type, 'ValueError');
  quiet(app);
});

test('an error on the way to the promise is raised by the await', async () => {
  const error = await rejection(x.null_promise());
  assert.ok(error instanceof TypeError);
  assert.match(error.message, /undefined/);
  quiet(app);
});

test('a thousand promises, settled in reverse', async () => {
  /** @type {((value: number) => void)[]} */
  const resolvers = [];
  const calls = Array.from({ length: 1000 }, () => x.number(new Promise((resolve) => resolvers.push(resolve))));
  assert.equal(app.stats().promises, 1000);
  resolvers.reverse().forEach((resolve, n) => resolve(n));
  assert.deepEqual(
    await Promise.all(calls),
    Array.from({ length: 1000 }, (_, n) => 999 - n),
  );
  quiet(app);
});

test('numbers one after the other, with everything that can happen in between', async () => {
  const later = (/** @type {number} */ n) => new Promise((resolve) => setImmediate(resolve, n));
  const list = [1, later(2), Promise.resolve(3), later(4), 5];
  assert.equal(await x.sum(list, 5), 15);
  assert.equal((await rejection(x.sum([1, Promise.reject(new RangeError('no'))], 2))).message, 'no');
  assert.match((await rejection(x.sum([1, Promise.resolve('2')], 2))).message, /expected a number, got a string/);
  assert.equal(await x.taken(Promise.resolve(1), new Promise(() => {})), 105);
  const controller = new AbortController();
  const { signal } = controller;
  const call = x.sum([1, 2, new Promise(() => {})], 3, { signal });
  setImmediate(() => controller.abort());
  assert.equal(await rejection(call), signal.reason);
  quiet(app);
});

test('reactions keep the order in which C and JavaScript ask for them', async () => {
  /** @type {string[]} */
  const log = [];
  const p = Promise.resolve(1);
  await x.before_javascript(p, log, () => void p.then(() => log.push('JavaScript')));
  assert.deepEqual(log, ['C', 'JavaScript']);
  quiet(app);
});
