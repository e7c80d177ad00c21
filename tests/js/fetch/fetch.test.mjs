// caw_fetch against a real server: methods, headers, bodies, chunks, redirects, errors; cancelling ends the transfer.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { quiet, rejection, start } from '../harness.mjs';

const { app, x } = await start(new URL('fetch.c', import.meta.url));

/** What is to reject, for who waits for something else first. @type {Promise<any>[]} */
const awaited = [];

/** A method as one of `of` itself. @param {any} of @param {PropertyKey} key */
const bound = (of, key) => (typeof of[key] === 'function' ? of[key].bind(of) : of[key]);

/** Told when a request has come, and when its client goes away before the end. */
const told = { asked: (/** @type {string} */ _url) => {}, gone: (/** @type {string} */ _url) => {} };

const server = createServer(async (request, response) => {
  const url = request.url ?? '';
  const path = url.replace(/\?.*/, '');
  response.on('close', () => response.writableEnded || told.gone(url));
  told.asked(url);
  if (path === '/text') response.end('grüß ✓');
  else if (path === '/invalid') response.end(Buffer.from([0x61, 0xff, 0x62]));
  else if (path === '/bytes') response.end(Buffer.from([1, 2, 250, 0, 3]));
  else if (path === '/empty') response.end();
  else if (path === '/teapot') response.writeHead(418, { 'X-Test': 'short and stout' }).end('no');
  else if (path === '/redirect') response.writeHead(302, { location: '/text' }).end();
  else if (path === '/loop') response.writeHead(302, { location: '/loop' }).end();
  else if (path === '/never') return;
  else if (path === '/endless') {
    response.write('x'.repeat(100_000));
    const more = () => response.destroyed || (response.write('y'.repeat(10_000)), setImmediate(more));
    more();
  } else if (path === '/dropped') {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('part', () => response.destroy());
  } else if (path === '/huge') {
    for (let n = 0; n < 64; n++) response.write(Buffer.alloc(65536, n));
    response.end();
  } else if (path === '/post') {
    /** @type {Buffer[]} */
    const parts = [];
    for await (const part of request) parts.push(part);
    const { 'content-type': type, 'x-custom': custom } = request.headers;
    response.end(JSON.stringify({ method: request.method, type, custom, body: Buffer.concat(parts).toString('hex') }));
  } else response.writeHead(404).end('not found');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
const base = `http://127.0.0.1:${/** @type {any} */ (server.address()).port}`;
after(() => {
  server.close();
  server.closeAllConnections();
});

test('text and bytes', async () => {
  assert.equal(await x.text(`${base}/text`), 'grüß ✓');
  assert.equal(await x.text(`${base}/invalid`), 'a\ufffdb');
  assert.equal(await x.text(`${base}/empty`), '');
  assert.equal(await x.size(`${base}/bytes`), 256);
  assert.equal(await x.size(`${base}/empty`), 0);
  quiet(app);
});

test('status, address, headers, redirects', async () => {
  assert.equal(await x.head(`${base}/teapot`, 'follow'), `418 0|${base}/teapot|short and stout`);
  assert.equal(await x.head(`${base}/redirect`, 'follow'), `200 1|${base}/text|absent`);
  assert.match(await x.head(`${base}/redirect`, 'manual'), /^302 0\|/);
  assert.ok((await rejection(x.head(`${base}/redirect`, 'error'))) instanceof TypeError);
  assert.ok((await rejection(x.head(`${base}/text`, 'sideways'))) instanceof TypeError);
  assert.ok((await rejection(x.head(`${base}/loop`, 'follow'))) instanceof TypeError);
  assert.equal(await x.text(`${base}/nowhere`), 'not found');
  quiet(app);
});

test('a request with method, headers and body', async () => {
  const answer = JSON.parse(await x.post(`${base}/post`, new Uint8Array([0, 255, 10]), 'application/x-test'));
  assert.deepEqual(answer, { method: 'POST', type: 'application/x-test', custom: 'yes', body: '00ff0a' });
  quiet(app);
});

test('chunk by chunk', async () => {
  assert.equal(await x.chunks(`${base}/huge`, Infinity), 64 * 65536);
  assert.equal(await x.chunks(`${base}/empty`, Infinity), 0);
  assert.ok((await x.chunks(`${base}/endless`, 50_000)) >= 50_000);
  quiet(app);
});

test('network errors are the errors of fetch', async () => {
  for (const url of ['http://127.0.0.1:1/', 'nonsense', `${base}/dropped`]) {
    const error = await rejection(x.text(url));
    assert.ok(error instanceof Error, url);
  }
  assert.ok((await rejection(x.twice(`${base}/text`))) instanceof TypeError, 'a body is read once');
  quiet(app);
});

test('a timeout, and an abort, end the transfer', async () => {
  let number = 0;
  /**
   * Whether the request reached the server; if so, this waits until its connection is closed.
   * @param {string} path @param {(url: string, asked: Promise<unknown>) => Promise<unknown>} call @param {RegExp} name
   */
  async function ends(path, call, name) {
    const url = `${path}?${++number}`;
    let reached = false;
    const asked = new Promise((resolve) => (told.asked = (seen) => void (seen === url && resolve((reached = true)))));
    const closed = new Promise((resolve) => (told.gone = (seen) => void (seen === url && resolve(true))));
    assert.match((await rejection(call(base + url, asked))).name, name);
    if (reached) await closed;
    return reached;
  }
  for (const path of ['/never', '/endless'])
    for (let seconds = 0.05; !(await ends(path, (url) => x.timed(url, seconds), /TimeoutError/));) seconds *= 2;
  for (const [path, call] of /** @type {[string, (url: string, signal: AbortSignal) => Promise<unknown>][]} */ ([
    ['/never', (url, signal) => x.text(url, { signal })],
    ['/endless', (url, signal) => x.chunks(url, Infinity, { signal })],
  ])) {
    const controller = new AbortController();
    const abortOnceAsked = (/** @type {string} */ url, /** @type {Promise<unknown>} */ asked) => {
      asked.then(() => controller.abort());
      return call(url, controller.signal);
    };
    assert.ok(await ends(path, abortOnceAsked, /AbortError/));
  }
  quiet(app);
});

test('responses that fetch did not make', async () => {
  assert.equal(await x.of(new Response('made here'), false), 'made here');
  assert.equal(await x.of(new Response('made here'), true), 'made here');
  assert.equal(await x.of(new Response(null), true), '');
  assert.match((await rejection(x.of({}, false))).message, /expected a Response/);
  quiet(app);
});

test('responses of other makes', async () => {
  const foreign = runInNewContext(`({
    ok: true, bodyUsed: false, body: null,
    text: async () => 'of another realm', arrayBuffer: async () => new ArrayBuffer(3),
  })`);
  assert.equal(await x.of(foreign, false), 'of another realm');
  assert.equal(await x.of(new Proxy(new Response('wrapped'), { get: (of, key) => bound(of, key) }), false), 'wrapped');
  const hostile = new Proxy(
    {},
    {
      get() {
        throw new Error('no');
      },
    },
  );
  assert.match((await rejection(x.of(hostile, false))).message, /expected a Response/);
  for (const headers of [undefined, {}, { 'content-length': '-5' }, { 'content-length': '1e99' }]) {
    const { body } = new Response('text');
    const mocked = { body, text: assert.fail, arrayBuffer: assert.fail, headers: headers && new Headers(headers) };
    assert.equal(await x.of(mocked, false), 'text');
  }
  quiet(app);
});

test('a fetch that is replaced, and gives what is no response; an AbortController that is', async () => {
  const { fetch, AbortController } = globalThis;
  try {
    for (const given of [undefined, null, 5, 'text', Symbol('response'), {}]) {
      globalThis.fetch = /** @type {any} */ (async () => given);
      const error = await rejection(x.text('data:,'));
      assert.match(error.message, /^fetch gave .*, not a Response$/);
    }
    /** @type {any} */
    let asked;
    globalThis.fetch = async (_, init) => ((asked = init), new Response('mocked'));
    globalThis.AbortController = /** @type {any} */ (class {});
    assert.equal(await x.text('data:,'), 'mocked');
    assert.ok(asked.signal instanceof AbortSignal, 'the host’s own');
  } finally {
    Object.assign(globalThis, { fetch, AbortController });
  }
  quiet(app);
});

test('reading a response that fetch did not make can be cancelled', async () => {
  for (const chunk of [false, true]) {
    /** @type {(reason: unknown) => void} */
    let cancelled = () => {};
    const gone = new Promise((resolve) => (cancelled = resolve));
    const controller = new AbortController();
    const asked = new Promise((resolve) => {
      const body = new ReadableStream({ pull: () => (resolve(true), new Promise(() => {})), cancel: cancelled });
      const call = x.of(new Response(body), chunk, { signal: controller.signal });
      awaited.push(rejection(call));
    });
    await asked;
    controller.abort();
    assert.equal((await awaited.pop())?.name, 'AbortError');
    await gone;
  }
  quiet(app);
});

test('a response given up has no connection any more', async () => {
  for (const chunks of [0, 2]) {
    const url = `/endless?given up ${chunks}`.replaceAll(' ', '-');
    const closed = new Promise((resolve) => (told.gone = (seen) => void (seen === url && resolve(true))));
    assert.equal(await x.given_up(base + url, chunks), 200);
    await closed;
  }
  assert.equal(await x.given_up_while_read(`${base}/endless?reading`), 'CancelledError');
  assert.equal(await x.text(`${base}/text`), 'grüß ✓');
  quiet(app);
});

test('fifty at once', async () => {
  const all = await Promise.all(Array.from({ length: 50 }, () => x.text(`${base}/text`)));
  assert.ok(all.every((text) => text === 'grüß ✓'));
  quiet(app);
});
