// Bodies of 64 MiB: whole ones in as much memory as they have bytes, in chunks in as much as a chunk. What comes whole is what was sent.

import assert from 'node:assert/strict';
import test from 'node:test';
import { build, load, quiet, rejection, settled } from '../harness.mjs';

const source = new URL('bodies.c', import.meta.url);
const MIB = 1 << 20;

/** A fresh instance and its memory. */
async function fresh() {
  /** @type {WebAssembly.Memory | undefined} */
  let memory;
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = /** @type {any} */ (
    async (/** @type {any} */ module, /** @type {any} */ imports) => {
      const instance = await instantiate(module, imports);
      if ('caw_abi' in /** @type {any} */ (instance).exports) memory = /** @type {any} */ (instance).exports.memory;
      return instance;
    }
  );
  const app = await load(await build(source));
  WebAssembly.instantiate = instantiate;
  const size = () => memory?.buffer.byteLength ?? NaN;
  return { app, x: app.exports, size, before: size() };
}

/** Deterministic bytes, ASCII for texts. @param {number} length @param {number} seed */
const piece = (length, seed) => Uint8Array.from({ length }, (_, n) => 32 + ((n * 7 + seed) % 90));

/** A response of so many bytes in pieces. @param {number} bytes @param {number} size @param {Record<string, string>} [headers] */
function response(bytes, size, headers = {}) {
  const one = piece(size, 5);
  let left = bytes;
  const body = new ReadableStream({
    pull(controller) {
      if (!left) return controller.close();
      const part = one.slice(0, Math.min(size, left));
      left -= part.length;
      controller.enqueue(part);
    },
  });
  return new Response(body, { headers });
}

/** What C makes of bytes. @param {number} so_far @param {Uint8Array} bytes */
const sum = (so_far, bytes) => bytes.reduce((sum, byte) => (Math.imul(sum, 31) + byte) >>> 0, so_far);
const SIZE = 64 * MIB;
const PIECE = 64 * 1024;
let expected = SIZE;
for (let n = 0; n < SIZE / PIECE; n++) expected = sum(expected, piece(PIECE, 5));

for (const [what, headers] of /** @type {const} */ ([
  ['that says its length', { 'content-length': String(SIZE) }],
  ['that does not', {}],
  ['that is packed, and says another', { 'content-length': '1000', 'content-encoding': 'identity' }],
  ['that says far too much', { 'content-length': '4000000000' }],
]))
  for (const text of [false, true])
    test(`64 MiB of ${text ? 'text' : 'bytes'} ${what} take 1.3 times that`, async () => {
      const { app, x, size, before } = await fresh();
      assert.equal(await x.whole(response(SIZE, PIECE, headers), text), expected);
      assert.ok(size() - before < 1.3 * SIZE, `${(size() - before) / MIB} MiB`);
      const once = size();
      if (!text) assert.equal(await x.whole(response(SIZE, PIECE, headers), text), expected);
      assert.ok(size() - once < 0.3 * SIZE, 'what was given back is taken again');
      quiet(app);
      app[Symbol.dispose]();
    });

test('64 MiB in chunks take as much as a chunk', async () => {
  const { app, x, size, before } = await fresh();
  let all = 0;
  for (let n = 0; n < SIZE / PIECE; n++) all = sum(all, piece(PIECE, 5));
  assert.equal(await x.in_chunks(response(SIZE, PIECE)), all);
  assert.ok(size() - before < MIB, `${(size() - before) / MIB} MiB`);
  quiet(app);
});

test('several at once, of every size, with others in between; given up in the middle', async () => {
  const { app, x, size, before } = await fresh();
  const sizes = [0, 1, 1000, 65000, 65536, 65537, 100_000, MIB, 3 * MIB + 7, 5 * MIB];
  for (let round = 0; round < 3; round++) {
    await Promise.all(
      sizes.map(async (bytes, n) => {
        const text = n % 2 > 0;
        const controller = new AbortController();
        const { signal } = controller;
        const given = rejection(x.whole(response(bytes * 2 + 1000, 4096), text, { signal }));
        const got = await x.whole(response(bytes, 1000 + 777 * n), text);
        let all = bytes;
        for (let left = bytes; left > 0; left -= 1000 + 777 * n)
          all = sum(all, piece(1000 + 777 * n, 5).subarray(0, left));
        assert.equal(got, all, String(bytes));
        controller.abort();
        await given.catch(() => {}); // it may have been faster
        const echoed = 'e'.repeat(bytes);
        assert.ok((await x.echo(echoed)) === echoed);
      }),
    );
    await settled();
    quiet(app);
  }
  assert.ok(size() - before < 64 * MIB, `${(size() - before) / MIB} MiB`);
});

test('text is decoded as fetch does: marks, characters in two pieces, what is no UTF-8', async () => {
  const { app, x } = await fresh();
  const encoder = new TextEncoder();
  const sumOf = (/** @type {string} */ text) => {
    const bytes = encoder.encode(text);
    return sum(bytes.length, bytes);
  };
  for (const bytes of [
    encoder.encode('\ufeffa mark'),
    encoder.encode('grüße ✓ 𝄞 '.repeat(50)),
    Uint8Array.of(0x61, 0xff, 0xe2, 0x9c),
  ])
    for (const size of [1, 2, 3, 5, 1000]) {
      const made = () =>
        new Response(
          new ReadableStream({
            start(controller) {
              for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.subarray(at, at + size));
              controller.close();
            },
          }),
        );
      assert.equal(await x.whole(made(), true), sumOf(await made().text()));
    }
  quiet(app);
});

test('a body in the module’s own memory, which grows while it is copied', async () => {
  const none = async () => assert.fail('the body itself is read');
  for (const how of ['in_chunks', 'whole']) {
    const { app, x } = await fresh();
    const place = 65536 * app.memory.grow(16);
    const chunk = () => new Uint8Array(app.memory.buffer, place, 16 * 65536);
    chunk().fill(7);
    const apart = chunk().slice();
    /** @param {() => Uint8Array} bytes */
    const read = (bytes) => {
      const pull = (/** @type {any} */ controller) => (controller.enqueue(bytes()), controller.close());
      const body = new ReadableStream({ pull }, { highWaterMark: 0 });
      const response = { body, headers: new Headers(), text: none, arrayBuffer: none };
      return how === 'whole' ? x['whole'](response, false) : x['in_chunks'](response);
    };
    assert.equal(await read(chunk), await read(() => apart));
    quiet(app);
  }
});

test('a body that breaks off, that brings no bytes, or was read already', async () => {
  const { app, x } = await fresh();
  const reason = new Error('torn');
  const torn = () => {
    let parts = 3;
    return new Response(
      new ReadableStream({
        pull(controller) {
          if (parts--) controller.enqueue(new Uint8Array(100_000));
          else controller.error(reason);
        },
      }),
    );
  };
  for (const text of [false, true]) assert.equal(await rejection(x.whole(torn(), text)), reason);
  const odd = new ReadableStream({ start: (controller) => controller.enqueue('text') });
  const mock = { body: odd, headers: new Headers(), text() {}, arrayBuffer() {} };
  assert.ok((await rejection(x.whole(mock, false))) instanceof TypeError);
  const read = response(1000, 100);
  await x.whole(read, false);
  assert.ok((await rejection(x.whole(read, true))) instanceof TypeError);
  await settled();
  quiet(app);
});
