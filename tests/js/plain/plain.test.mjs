// Plain C functions as JavaScript calls them: they answer at once, with a value or by throwing.

import assert from 'node:assert/strict';
import test from 'node:test';
import { CawError } from '../../../dist/js/node.js';
import { quiet, rejection, settled, start } from '../harness.mjs';

const source = new URL('plain.c', import.meta.url);
const { app, x } = await start(source);

/** What a call throws; it must. @param {() => unknown} call @returns {any} */
function thrown(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  return assert.fail('expected a throw');
}

test('numbers of each type, and nothing', () => {
  assert.equal(x.area(3, 4.5), 13.5);
  assert.ok(Number.isNaN(x.area(NaN, 1)));
  assert.equal(x.reset(), undefined);
  assert.equal(x.reset_count(), 1);
  assert.equal(x.negate(true), false);
  assert.equal(x.negate(false), true);
  assert.equal(x.half(3), 1.5);
  for (const [name, least, greatest] of /** @type {[string, any, any][]} */ ([
    ['s8', -128, 127],
    ['u8', 0, 255],
    ['s16', -32768, 32767],
    ['u16', 0, 65535],
    ['u32', 0, 4294967295],
    ['s64', -(2n ** 63n), 2n ** 63n - 1n],
    ['u64', 0n, 2n ** 64n - 1n],
  ])) {
    assert.equal(x[name](least), least);
    assert.equal(x[name](greatest), greatest);
  }
  quiet(app);
});

test('text, bytes, JavaScript values, caw_values', () => {
  assert.equal(x.name_of(0), '');
  assert.equal(x.name_of(1), 'grüß');
  assert.equal(x.sum_bytes(new Uint8Array([1, 2, 3]), 'ab', 'a\0b'), 3_002_006);
  const long = `,${'x'.repeat(3000)}`; // too long for the pool, so what is given back is gone
  assert.equal(x.word_after(`before${long}`, 44), long, 'in an argument');
  assert.equal(x.word_after('nothing', 44), '');
  assert.equal(x.twice('aß🚀'), 'aß🚀aß🚀');
  assert.equal(x.twice(''), '');
  const object = {};
  for (const value of [object, null, undefined, 5, 'x', Symbol.iterator, test]) assert.equal(x.same(value), value);
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((n) => x.any(n)),
    [undefined, true, -7, 0.5, 'text'],
  );
  quiet(app);
});

test('a wrong argument throws a TypeError that names it; C is not entered', () => {
  for (const [call, text] of /** @type {[() => unknown, RegExp][]} */ ([
    [() => x.area('1', 2), /^area: argument 1 \(width\): expected a number, got a string$/],
    [() => x.negate(1), /^negate: argument 1 \(b\): expected a boolean, got the number 1$/],
    [() => x.u8(256), /^u8: argument 1 \(n\): expected an integer from 0 to 255, got the number 256$/],
    [() => x.s64(2n ** 63n), /^s64: argument 1 \(n\): expected a BigInt of 64 bits/],
    [() => x.sum_bytes([1], '', ''), /^sum_bytes: argument 1 \(one\): expected a Uint8Array, got an array$/],
    [() => x.sum_bytes(new Uint8Array(), 'a\0', ''), /^sum_bytes: argument 2 \(text\): a NUL inside the string/],
    [() => x.area(1), /^area\(width: number, height: number\): expected 2 arguments, got 1$/],
    [() => x.area(1, 2, {}), /^area\(width: number, height: number\): expected 2 arguments, got 3$/],
    [() => x.reset({ signal: AbortSignal.abort() }), /^reset\(\): expected 0 arguments, got 1$/],
  ])) {
    const error = thrown(call);
    assert.ok(error instanceof TypeError);
    assert.match(error.message, text);
  }
  assert.equal(x.reset_count(), 1);
  quiet(app);
});

test('what a function throws is thrown, and what it returned let go of', () => {
  const error = thrown(() => x.fail('it is Monday'));
  assert.ok(error instanceof CawError);
  assert.equal(error.type, 'ValueError');
  assert.equal(error.message, 'it is Monday');
  assert.equal(thrown(() => x.any(5)).type, 'RuntimeError');
  const own = new RangeError('of JavaScript');
  const throwing = () => {
    throw own;
  };
  assert.equal(
    thrown(() => x.fail_as_js(throwing)),
    own,
  );
  assert.equal(
    x.fail_as_js(() => 3),
    1,
  );
  quiet(app);
});

test('a result that JavaScript cannot have throws', () => {
  assert.match(thrown(() => x.any(6)).message, /a C pointer has no JavaScript value/);
  quiet(app);
});

test('it may spawn, and the loop goes on', async () => {
  x.start();
  assert.equal(app.tasks().length, 1);
  await settled();
  assert.equal(x.woken_count(), 1);
  quiet(app);
});

test('it may be called while C is running that has called JavaScript', async () => {
  assert.equal(await x.call_twice((/** @type {number} */ n) => x.area(n, 10)), 30);
  const error = await rejection(x.call_twice(() => x.fail('inside')));
  assert.equal(error.type, 'ValueError');
  assert.equal(error.message, 'inside');
  quiet(app);
});

test('not from inside of a print function; not after the end; a trap ends the instance', async () => {
  /** @type {any} */
  let inside;
  const other = await start(source, {
    print: () => {
      inside = thrown(() => other.x.area(1, 2));
    },
  });
  other.x.speak('hello');
  assert.equal(inside.type, 'RuntimeError');
  assert.match(inside.message, /^area was called by the function that prints for C/);
  assert.equal(thrown(() => other.x.trap()).type, 'Trap');
  assert.equal(thrown(() => other.x.area(1, 2)).type, 'Trap');
  const third = await start(source);
  third.app[Symbol.dispose]();
  assert.equal(thrown(() => third.x.area(1, 2)).type, 'Disposed');
});
