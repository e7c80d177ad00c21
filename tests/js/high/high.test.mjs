// Three gigabytes are in use: every pointer that crosses, either way, is above 2 GiB, where a signed number is negative.

import assert from 'node:assert/strict';
import test from 'node:test';
import { taskTree } from '../../../dist/js/run/task-text.js';
import { quiet, rejection, settled, start } from '../harness.mjs';

const source = new URL('high.c', import.meta.url);

const { app, x, printed, reports } = await start(source, { args: ['progra', 'argument'], env: { SOME: 'thing' } });
assert.ok((await x.grow((3 << 30) >>> 16)) > 0);

test('arguments and results', async () => {
  const text = 'ä'.repeat(100_000);
  const bytes = new Uint8Array(100_000).fill(65);
  const string = 's'.repeat(100_000);
  const all = text + 'A'.repeat(100_000) + string + 'js';
  assert.equal(await x.echo(text, bytes, string, { toString: () => 'js' }), all);
  for (const wait of [false, true]) assert.deepEqual(await x.bytes_back(bytes, wait), bytes);
  assert.equal(await x.still(), 'still text');
});

test('values', async () => {
  assert.equal(await x.tries_values(), '');
  quiet(app);
});

test('the C library', async () => {
  assert.equal(await x.tries_libc(), '');
  assert.deepEqual(printed.splice(0), ['written', 'put']);
});

test('requests and bodies', async () => {
  const { fetch } = globalThis;
  /** @type {any[]} */
  let asked = [];
  globalThis.fetch = async (...args) => {
    asked = args;
    const parts = ['first', 'second '.repeat(50_000)];
    const body = new ReadableStream({
      pull(controller) {
        const part = parts.shift();
        if (part) controller.enqueue(new TextEncoder().encode(part));
        else controller.close();
      },
    });
    return new Response(body, { headers: { 'x-echo': 'echo' } });
  };
  try {
    assert.equal(await x.fetches(), 'second '.repeat(50_000));
  } finally {
    globalThis.fetch = fetch;
  }
  const [url, { method, redirect, headers, body }] = asked;
  assert.deepEqual([url, method, redirect, headers], ['http://high.example/', 'POST', 'error', [['X-Name', 'value']]]);
  assert.equal(new TextDecoder().decode(body), 'the body');
  const long = 'body '.repeat(100_000);
  for (const bytes of [false, true]) assert.equal(await x.body(new Response(long), bytes), long);
  quiet(app);
});

test('functions', async () => {
  const f = await x.function();
  assert.equal(f('a', new TextEncoder().encode('b'), 1, {}), 'ab');
  assert.throws(f, /thrown from above/);
  const { buffer } = new Uint8Array(8);
  structuredClone(buffer, { transfer: [buffer] });
  assert.throws(() => f('text', 2n ** 70n, buffer), TypeError);
});

test('promises, both ways', async () => {
  const text = 'p'.repeat(200_000);
  for (const value of [text, new Uint8Array(200_000).fill(7), 5, 5n, true, undefined])
    assert.deepEqual(await x.wait_any(Promise.resolve(value)), value);
  assert.equal(await x.wait_number(Promise.resolve(2)), 6);
  const { promise } = await x.gives_promise(Promise.resolve(text));
  assert.equal(await promise, text);
  const reason = new Error('r'.repeat(100_000));
  assert.equal(await rejection(x.wait_any(Promise.reject(reason))), reason);
  const controller = new AbortController();
  const call = rejection(x.wait_any(new Promise(() => {}), { signal: controller.signal }));
  controller.abort();
  assert.equal(await call, controller.signal.reason);
  assert.equal(app.stats().promises, 0);
});

test('errors, tasks, reports', async () => {
  const error = await rejection(x.raises(0));
  assert.equal(error.message, 'raised above');
  assert.deepEqual(error.notes, ['a note']);
  assert.equal(error.cause.message, 'the cause');
  assert.match(error.stack, /at raises \(.*high\.c:\d+\)/);
  const group = await rejection(x.raises(1));
  assert.deepEqual(
    group.errors.map((/** @type {any} */ one) => one.message),
    ['raised above', 'os'],
  );
  assert.equal((await rejection(x.raises(2))).name, 'TimeoutError');
  let tree = '';
  await x.names(() => (tree = taskTree(app.tasks())));
  assert.match(tree, /a name above[^]*lost/);
  await settled();
  assert.match(reports.join(), /lost above/);
});

test('the end waits for all', async () => {
  const call = rejection(x.wait_any(new Promise(() => {})));
  await app[Symbol.asyncDispose]();
  assert.match((await call).message, /being disposed of/);
});
