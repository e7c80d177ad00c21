// Streams of the web that C reads, writes and makes: the bytes, back-pressure, ends and errors in both directions.

import assert from 'node:assert/strict';
import test from 'node:test';
import { Handles } from '../../../dist/js/base/handles.js';
import { CawError } from '../../../dist/js/node.js';
import { quiet, rejection, settled, start, watched } from '../harness.mjs';

const source = new URL('web_stream.c', import.meta.url);
const encode = (/** @type {string} */ text) => new TextEncoder().encode(text);

/** @param {unknown[]} chunks @param {(reason: unknown) => void} [cancel] */
const readable = (chunks, cancel) =>
  new ReadableStream(
    {
      pull(controller) {
        if (chunks.length === 0) controller.close();
        else controller.enqueue(chunks.shift());
      },
      cancel,
    },
    { highWaterMark: 0 },
  );

/** Reads to the end by a reader: Chromium's Response has its own TypeError for any reason. @param {ReadableStream} stream */
async function drained(stream) {
  const reader = stream.getReader();
  while (!(await reader.read()).done);
}

/** @param {import('../../../dist/js/node.js').App} app */
async function ended(app) {
  for (let n = 0; n < 100 && app.tasks().length > 0; n++) await settled();
  for (let n = 0; n < 5; n++) await settled();
  quiet(app);
}

test('chunks of any kind of bytes, cut anywhere', async () => {
  const { app, x } = await start(source);
  const { buffer } = encode('..a\nb..');
  const chunks = [
    encode('one\ntw'),
    new Uint8Array(),
    encode('o\n').buffer,
    new DataView(buffer, 2, 3),
    encode('\nlast'),
  ];
  assert.equal(await x.lines(readable(chunks), 0), 5);
  quiet(app);
});

test('chunks that are the module’s own memory, which grows while they are copied', async () => {
  const { app, x } = await start(source);
  const place = 65536 * app.memory.grow(16);
  const chunk = () => new Uint8Array(app.memory.buffer, place, 16 * 65536);
  chunk().fill(10);
  const pull = (/** @type {any} */ controller) => (controller.enqueue(chunk()), controller.close());
  assert.equal(await x.lines(new ReadableStream({ pull }, { highWaterMark: 0 }), 0), 16 * 65536);
  await ended(app);
});

test('a stream that is silent is no deadlock', async () => {
  const { app, x, reports, pass } = await watched(source);
  const { readable: stream, writable } = new TransformStream();
  const reading = x.lines(stream, 0);
  await pass(3);
  assert.deepEqual(reports, []);
  await writable.close();
  await reading;
  quiet(app);
});

test('a reader that has enough cancels the rest', async () => {
  const { app, x } = await start(source);
  /** @type {unknown[]} */
  const cancelled = [];
  const chunks = Array.from({ length: 1000 }, () => encode('x'.repeat(65535) + '\n'));
  assert.equal(
    await x.lines(
      readable(chunks, (why) => cancelled.push(why)),
      2,
    ),
    2,
  );
  await ended(app);
  assert.deepEqual(cancelled, [undefined]);
  assert.ok(chunks.length > 990, `${1000 - chunks.length} chunks were read`);
});

test('a cancelled reader cancels the stream; a call that is aborted, too', async () => {
  const { app, x } = await start(source);
  /** @type {unknown[]} */
  const cancelled = [];
  const stream = new ReadableStream({ cancel: (why) => void cancelled.push(why) });
  const abort = new AbortController();
  const call = x.lines(stream, 0, { signal: abort.signal });
  await settled();
  abort.abort();
  assert.equal((await rejection(call)).name, 'AbortError');
  await ended(app);
  assert.equal(cancelled.length, 1);
});

test('what breaks a stream is what C raises', async () => {
  const { app, x } = await start(source);
  const broken = new Error('broken');
  assert.equal(await rejection(x.lines(new ReadableStream({ start: (c) => c.error(broken) }), 0)), broken);
  const odd = await rejection(x.lines(readable([encode('a\n'), 'text']), 0));
  assert.match(String(odd), /TypeError: expected a Uint8Array, got a string/);
  const gone = encode('a\n');
  structuredClone(gone.buffer, { transfer: [gone.buffer] });
  assert.match(String(await rejection(x.lines(readable([gone]), 0))), /TypeError: its buffer was detached/);
  await ended(app);
});

test('what is no stream, or is locked, is refused', async () => {
  const { app, x } = await start(source);
  for (const wrong of [undefined, null, 1, {}, new WritableStream()])
    assert.match(String(await rejection(x.lines(wrong, 0))), /TypeError: expected a ReadableStream, got /);
  assert.match(
    String(await rejection(x.write(new ReadableStream(), '', 1, 0))),
    /TypeError: expected a WritableStream, got /,
  );
  const locked = new ReadableStream();
  locked.getReader();
  assert.match(String(await rejection(x.lines(locked, 0))), /locked/i);
  quiet(app);
});

test('a stream for which there is no handle any more is nothing that C still reads', async () => {
  const { app, x } = await start(source);
  const { add } = Handles.prototype;
  let cancelled = 0;
  let refused = 0;
  Handles.prototype.add = function (value) {
    // Not the argument, the error, or what runs a call in its context.
    const handle = typeof value === 'object' && !(value instanceof ReadableStream) && !(value instanceof Error);
    if (handle && ++refused) throw new CawError('MemoryError', 'no more');
    return add.call(this, value);
  };
  try {
    assert.equal((await rejection(x.lines(readable([], () => cancelled++), 0))).name, 'MemoryError'); // prettier-ignore
  } finally {
    Handles.prototype.add = add;
  }
  assert.equal(refused, 1);
  assert.equal(await x.lines(readable([encode('one\n')]), 0), 1);
  await ended(app);
  app[Symbol.dispose]();
  assert.equal(cancelled, 0);
});

test('streams that misbehave', async () => {
  const { app, x } = await start(source);
  const boom = () => {
    throw new Error('boom');
  };
  const reader = { read: boom, cancel: boom };
  assert.match(String(await rejection(x.lines({ getReader: () => reader }, 0))), /boom/);
  assert.match(String(await rejection(x.lines({ getReader: boom }, 0))), /boom/);
  const chunks = [undefined, null, {}, { value: 5 }, Object.defineProperty({}, 'done', { get: boom })];
  for (const chunk of chunks)
    for (const cancel of [boom, () => 5, () => {}, async () => boom()]) {
      const given = { getReader: () => ({ read: async () => chunk, cancel }) };
      assert.match(String(await rejection(x.lines(given, 0))), /TypeError|boom/);
    }
  const writer = {
    write: boom,
    closed: new Promise(() => {}),
    ready: Promise.resolve(),
    desiredSize: 1,
    abort: boom,
    close: boom,
  };
  assert.match(String(await rejection(x.write({ getWriter: () => writer }, 'text', 2, 3))), /boom/);
  await ended(app);
});

test('C writes, and waits for a slow sink', async () => {
  const { app, x } = await start(source);
  /** @type {(() => void)[]} */
  const pending = [];
  let size = 0;
  let closed = false;
  const sink = new WritableStream({
    write(chunk) {
      size += chunk.length;
      return new Promise((resolve) => void pending.push(resolve));
    },
    close: () => void (closed = true),
  });
  let done = false;
  const call = x.write(sink, 'x'.repeat(50_000), 40, 3).then(() => (done = true));
  for (let n = 0; n < 20; n++) await settled();
  assert.equal(done, false);
  assert.ok(size <= 65536, `${size} bytes were written`);
  while (!done) {
    pending.shift()?.();
    await settled();
  }
  await call;
  for (let n = 0; n < 5; n++) await settled();
  while (pending.length > 0) pending.shift()?.();
  await settled();
  assert.equal(size, 2_000_000);
  assert.equal(closed, true);
  await ended(app);
});

test('a sink that fails', async () => {
  const { app, x } = await start(source);
  const full = new Error('full');
  const sink = () =>
    new WritableStream({
      write() {
        throw full;
      },
    });
  assert.equal(await rejection(x.write(sink(), 'x'.repeat(100_000), 10, 3)), full);
  // What was written has arrived when the sink has closed, and that may fail as any write.
  let written = 0;
  for (const broken of [
    { close: () => Promise.reject(full) },
    { close: () => settled().then(() => Promise.reject(full)) },
    { write: () => (++written === 2 ? Promise.reject(full) : undefined) },
    { write: () => settled().then(() => Promise.reject(full)) },
  ])
    assert.equal(await rejection(x.write(new WritableStream(broken), 'text', 3, 3)), full);
  const never = new WritableStream({ close: () => new Promise(() => {}) });
  const controller = new AbortController();
  const waits = rejection(x.write(never, 'text', 1, 3, { signal: controller.signal }));
  await settled();
  controller.abort();
  assert.equal((await waits).name, 'AbortError');
  assert.equal(app.stats().calls, 0);
  app[Symbol.dispose]();
});

test('a stream that C aborts', async () => {
  const { app, x } = await start(source);
  /** @type {unknown[]} */
  const aborted = [];
  await x.write(new WritableStream({ abort: (why) => void aborted.push(why) }), 'x', 1, 1);
  await ended(app);
  assert.match(String(aborted[0]), /AbortError: the C program gave the stream up/);
});

for (const [ending, what] of /** @type {const} */ ([
  [0, 'closed'],
  [2, 'let go of'],
  [3, 'ended'],
]))
  test(`a stream of C's that is ${what} has all of it`, async () => {
    const { app, x } = await start(source);
    const stream = /** @type {ReadableStream<Uint8Array>} */ (await x.make('0123456789'.repeat(1000), 50, ending));
    assert.ok(stream instanceof ReadableStream);
    assert.equal((await new Response(stream).text()).length, 500_000);
    await ended(app);
  });

test('a stream of C’s that is aborted is an error for who reads', async () => {
  const { app, x } = await start(source);
  const stream = await x.make('x', 1, 1);
  assert.match(String(await rejection(drained(stream))), /AbortError|gave the stream up/);
  await ended(app);
});

test('a stream of C’s that is cancelled breaks its writer, and one nobody reads holds up only that', async () => {
  const { app, x } = await start(source);
  const stream = await x.make('x'.repeat(65536), 100, 0);
  for (let n = 0; n < 10; n++) await settled();
  assert.equal(app.tasks().length, 1);
  await stream.cancel('enough');
  await ended(app);
});

test('the end of the instance is the end of its streams', async () => {
  const { app, x } = await start(source);
  const made = /** @type {ReadableStream} */ (await x.make('x'.repeat(65536), 100, 0));
  /** @type {unknown[]} */
  const cancelled = [];
  const read = x.lines(new ReadableStream({ cancel: (why) => void cancelled.push(why) }), 0);
  await settled();
  app[Symbol.dispose]();
  assert.equal((await rejection(read)).name, 'AbortError');
  await settled();
  assert.equal(cancelled.length, 1);
  assert.match(String(await rejection(drained(made))), /disposed|gave the stream up/);
});
