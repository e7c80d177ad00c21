// Exported functions as JavaScript calls them: types both ways, the checks of arguments, when they run, what they leave.

import assert from 'node:assert/strict';
import test from 'node:test';
import { quiet, rejection, start } from '../harness.mjs';

const source = new URL('exports.c', import.meta.url);
const { app, x } = await start(source);

test('numbers, at once and after a wait', async () => {
  assert.equal(await x.add(1.5, 2), 3.5);
  assert.equal(await x.later(41), 42);
  assert.equal(await x.nothing(), undefined);
  assert.equal(await x.truth(true), false);
  assert.equal(await x.half(3), 1.5);
  assert.equal(await x.doubled(4), 8);
  assert.ok(Number.isNaN(await x.add(NaN, 1)));
  quiet(app);
});

test('every small type reaches C as it was given', async () => {
  assert.equal(
    await x.everything(true, -128, 255, -32768, 65535, -2147483648, 4294967295, 'ünïcode 🚀'),
    '1 -128 255 -32768 65535 -2147483648 4294967295 ünïcode 🚀',
  );
  assert.equal(await x.everything(false, 127, 0, 32767, 0, 2147483647, 0, ''), '0 127 0 32767 0 2147483647 0 ');
  quiet(app);
});

test('64-bit integers are BigInts', async () => {
  assert.equal(await x.big(-(2n ** 63n), 5n), -(2n ** 63n) + 5n);
  assert.equal(await x.big(7, 8), 15n, 'safe integers are taken as well');
  assert.equal(await x.big_unsigned(2n ** 64n - 1n), 2n ** 64n - 1n);
  for (const bad of [2n ** 63n, -(2n ** 63n) - 1n, 1.5, 2 ** 53, '1', null, undefined])
    assert.match((await rejection(x.big(bad, 0n))).message, /^big: argument 1 \(n\): expected a BigInt of 64 bits/);
  assert.match((await rejection(x.big_unsigned(-1n))).message, /argument 1 \(n\)/);
  quiet(app);
});

test('text, bytes and JavaScript values', async () => {
  assert.equal(await x.static_text(1), 'grüß');
  assert.equal(await x.static_text(0), '', 'NULL is an empty string');
  assert.equal(await x.sum_bytes(new Uint8Array([1, 2, 3]), 'ab', new Uint8Array([4]).buffer), 2_004_006);
  assert.equal(await x.sum_bytes(new Uint16Array([0x0102]), '', new DataView(new ArrayBuffer(2))), 3);
  const object = { a: 1 };
  for (const value of [object, null, undefined, 5, 'x', Symbol.iterator, () => 1]) {
    assert.equal(await x.same(value, false), value);
    assert.equal(await x.same(value, true), value);
  }
  quiet(app);
});

test('caw_value results', async () => {
  const seen = [];
  for (let which = 0; which < 8; which++) seen.push(await x.any(which));
  assert.deepEqual(seen, [undefined, true, -7, -(2n ** 63n), 0.5, 'text', new Uint8Array([1, 2, 3]), {}]);
  quiet(app);
});

test('a wrong argument rejects with a TypeError that names it; C is not entered', async () => {
  for (const [promise, text] of /** @type {[Promise<any>, RegExp][]} */ ([
    [x.add('1', 2), /^add: argument 1 \(a\): expected a number, got a string$/],
    [x.add(1, null), /^add: argument 2 \(b\): expected a number, got null$/],
    [x.later(1.5), /^later: argument 1 \(n\): expected an integer from -2147483648 to 2147483647, got the number 1.5$/],
    [x.later(2 ** 31), /expected an integer/],
    [x.later(NaN), /expected an integer/],
    [x.truth(1), /^truth: argument 1 \(b\): expected a boolean, got the number 1$/],
    [x.echo(5), /^echo: argument 1 \(text\): expected a string, got the number 5$/],
    [x.sum_bytes([1], '', new Uint8Array()), /^sum_bytes: argument 1 \(one\): expected a Uint8Array, got an array$/],
    [x.static_text(-1), /from 0 to 4294967295/],
  ])) {
    const error = await rejection(promise);
    assert.ok(error instanceof TypeError);
    assert.match(error.message, text);
  }
  quiet(app);
});

test('a wrong count of arguments', async () => {
  for (const args of [[], [1], [1, 2, 3], [1, 2, {}, 4], [1, 2, 'x']]) {
    const error = await rejection(x.add(...args));
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /^add\(a: number, b: number\): expected 2 arguments and perhaps \{signal\}, got \d$/);
  }
  assert.equal(await x.add(1, 2, undefined), 3);
  assert.equal(await x.add(1, 2, {}), 3);
  for (const args of [[], [1, 2], [1, {}, 2]]) {
    const error = await rejection(x.doubled(...args));
    assert.match(error.message, /^doubled\(x: number\): expected 1 arguments and perhaps \{signal\}, got \d$/);
  }
  assert.equal(await x.doubled(2, {}), 4);
  assert.match((await rejection(x.doubled('2'))).message, /^doubled: argument 1 \(x\): expected a number, got/);
  quiet(app);
});

test('the body begins inside the call, in the order of the calls', async () => {
  const all = [x.begun(), x.begun(), x.begun()];
  assert.equal(app.stats().calls, 3);
  assert.deepEqual(await Promise.all(all), [1, 2, 3]);
  quiet(app);
});

test('a thousand calls at once', async () => {
  const answers = await Promise.all(Array.from({ length: 1000 }, (_, n) => x.later(n)));
  assert.deepEqual(
    answers,
    Array.from({ length: 1000 }, (_, n) => n + 1),
  );
  quiet(app);
});

test('text: invalid and awkward Unicode', async () => {
  assert.equal(await x.echo('a\ud800b'), 'a\ufffdb', 'a lone surrogate');
  assert.equal(await x.echo('\ufeffbom'), '\ufeffbom', 'a byte order mark is kept');
  await assert.rejects(x.echo('nul\0cut'), /a NUL inside the string would be its end in C/);
  assert.equal(await x.echo('x'.repeat(200_000)), 'x'.repeat(200_000));
  quiet(app);
});
