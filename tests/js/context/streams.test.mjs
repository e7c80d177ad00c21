// AsyncLocalStorage: the streams that a call reads and writes are asked in its context, whoever woke the loop.

import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import test from 'node:test';
import { quiet, settled, start } from '../harness.mjs';

const store = new AsyncLocalStorage();

test('pull, cancel, write and close', async () => {
  const { app, x } = await start(new URL('streams.c', import.meta.url));
  /** @type {Record<string, unknown[]>} */
  const seen = {};
  const call = (/** @type {string} */ own) => {
    const see = (/** @type {string} */ what) => void (seen[what] ??= []).push(store.getStore() === own || own);
    const readable = new ReadableStream(
      {
        pull(controller) {
          see('pull');
          controller.enqueue(new Uint8Array(5));
        },
        cancel: () => see('cancel'),
      },
      { highWaterMark: 0 },
    );
    const writable = () => new WritableStream({ write: () => see('write'), close: () => see('close') });
    const slow = new WritableStream({
      write: () => (see('slow write'), settled()),
      close: () => see('slow close'),
    });
    return Promise.all([x.reads(readable, 12), x.writes(writable(), 3), x.writes(slow, 3)]);
  };
  await Promise.all(['one', 'two', 'three'].map((own) => store.run(own, call, own)));
  await settled();
  for (const [what, owners] of Object.entries(seen)) assert.deepEqual([...new Set(owners)], [true], what);
  assert.deepEqual(Object.keys(seen).sort(), ['cancel', 'close', 'pull', 'slow close', 'slow write', 'write']);
  quiet(app);
});
