// Memory may grow under any call, and may run out: views are fresh, and what does not fit is a MemoryError.

import assert from 'node:assert/strict';
import test from 'node:test';
import { build, load, quiet, rejection, start } from '../harness.mjs';
import { withMaximum } from './maximum.mjs';

const source = new URL('growth.c', import.meta.url);

test('memory that grows in the middle of calls, callbacks and awaits', async () => {
  const { app, x } = await start(source);
  for (let n = 0; n < 20; n++) {
    const text = `text ${n} ü`.repeat(50);
    assert.equal(await x.echo(text, new Uint8Array(1000).fill(n)), text);
    const soon = new Promise((resolve) => setImmediate(resolve, 0.5));
    assert.equal(await x.everything((/** @type {any} */ f, /** @type {string} */ s) => f(s), soon), 'in the call');
    assert.equal(await x.everything((/** @type {any} */ f, /** @type {string} */ s) => f(s), 0.5), 'in the call');
  }
  quiet(app);
});

test('large texts', async () => {
  const { app, x } = await start(source);
  const text = 'ä'.repeat(3_000_000);
  assert.equal(await x.echo(text, new Uint8Array(5_000_000)), text);
  assert.equal((await x.big(20_000_000)).length, 20_000_000);
  assert.equal(await x.text_of(Promise.resolve(text)), text);
  quiet(app);
});

test('memory that runs out is a MemoryError; what was pending goes on, and so does the instance', async () => {
  const bytes = await build(source);
  const app = await load(withMaximum(bytes, 64)); // 4 MiB
  const x = app.exports;
  /** @type {any} */
  let resolve;
  const pending = x.text_of(new Promise((yes) => (resolve = yes)));
  assert.ok((await x.exhaust()) > 0);
  assert.equal((await rejection(x.echo('x'.repeat(100_000), new Uint8Array()))).type, 'MemoryError');
  assert.equal((await rejection(x.big(1_000_000))).type, 'MemoryError');
  resolve('y'.repeat(100_000));
  assert.equal((await rejection(pending)).type, 'MemoryError');
  assert.equal(await x.relieve(), 0);
  assert.equal(await x.echo('again', new Uint8Array(1)), 'again');
  assert.equal((await x.big(100_000)).length, 100_000);
  quiet(app);
});
