// Cancellation across the border: {signal} in, AbortError out, and what tasks may do about it.

import assert from 'node:assert/strict';
import test from 'node:test';
import { quiet, rejection, settled, start } from '../harness.mjs';

const { app, x } = await start(new URL('cancel.c', import.meta.url));

test('aborting the signal cancels the task, which cleans up', async () => {
  const controller = new AbortController();
  const call = x.forever({ signal: controller.signal });
  assert.equal(app.stats().timers, 1);
  controller.abort();
  const error = await rejection(call);
  assert.ok(error instanceof DOMException);
  assert.equal(error.name, 'AbortError');
  assert.equal(error, controller.signal.reason);
  assert.equal(await x.seen_cleanups(), 1);
  quiet(app);
});

test('the reason given is the one rejected with', async () => {
  const reason = { because: 'I say so' };
  const controller = new AbortController();
  const call = x.forever({ signal: controller.signal });
  controller.abort(reason);
  assert.equal(await rejection(call), reason);
  assert.equal((await rejection(x.forever({ signal: AbortSignal.timeout(1) }))).name, 'TimeoutError');
  quiet(app);
});

test('a signal aborted before: the body never runs', async () => {
  const before = await x.seen_bodies();
  const error = await rejection(x.forever({ signal: AbortSignal.abort('over') }));
  assert.equal(error, 'over');
  assert.equal(await x.seen_bodies(), before);
  quiet(app);
});

test('a task may refuse, and its value counts', async () => {
  const controller = new AbortController();
  const call = x.refuses({ signal: controller.signal });
  controller.abort();
  assert.equal(await call, 7);
  quiet(app);
});

test('a task may fail with another error', async () => {
  const controller = new AbortController();
  const call = x.fails_instead({ signal: controller.signal });
  controller.abort();
  const error = await rejection(call);
  assert.equal(error.type, 'ValueError');
  assert.equal(error.cause?.name, 'AbortError', 'raised while the cancellation was handled');
  quiet(app);
});

test('cleanup may wait', async () => {
  const controller = new AbortController();
  const before = await x.seen_cleanups();
  const call = x.cleans_up_slowly({ signal: controller.signal });
  controller.abort();
  await settled();
  await rejection(call);
  assert.equal((await x.seen_cleanups()) - before, 101);
  quiet(app);
});

test('a task that cancels itself rejects with an AbortError of its message', async () => {
  const error = await rejection(x.itself());
  assert.equal(error.name, 'AbortError');
  assert.equal(error.message, 'enough');
  quiet(app);
});

test('aborted by the body itself, inside the call', async () => {
  const controller = new AbortController();
  const error = await rejection(x.calls(() => controller.abort(), { signal: controller.signal }));
  assert.equal(error, controller.signal.reason);
  quiet(app);
});

test('an abort after the end is nothing; the listener is gone', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const { addEventListener: add, removeEventListener: remove } = signal;
  signal.addEventListener = (/** @type {any[]} */ ...args) => (
    listeners++,
    add.apply(signal, /** @type {any} */ (args))
  );
  signal.removeEventListener = (/** @type {any[]} */ ...args) => (
    listeners--,
    remove.apply(signal, /** @type {any} */ (args))
  );
  const call = x.calls(() => {}, { signal });
  assert.equal(listeners, 1);
  controller.abort();
  await rejection(call);
  assert.equal(listeners, 0);
  const done = new AbortController();
  await x.seen_bodies({ signal: done.signal });
  done.abort();
  quiet(app);
});

test('a cycle of awaits can be cancelled', async () => {
  const controller = new AbortController();
  const call = x.cycle({ signal: controller.signal });
  await settled();
  assert.equal(app.tasks().length, 2);
  controller.abort();
  assert.equal((await rejection(call)).name, 'AbortError');
  assert.deepEqual(app.tasks(), []);
  quiet(app);
});

test('a thousand calls by one signal', async () => {
  const controller = new AbortController();
  const calls = Array.from({ length: 1000 }, () => x.forever({ signal: controller.signal }));
  controller.abort();
  const results = await Promise.allSettled(calls);
  assert.ok(results.every((result) => result.status === 'rejected'));
  quiet(app);
});
