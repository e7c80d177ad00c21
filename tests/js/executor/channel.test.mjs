// Channels: queues whose ends are in workers, each with an instance of its own.

import assert from 'node:assert/strict';
import test from 'node:test';
import { start } from '../harness.mjs';
import { BOTH, INSTANCES, ended } from './pool.mjs';

const source = new URL('channel.c', import.meta.url);

for (const [kind, name] of BOTH) {
  test(`a pipeline, ${name}`, async () => {
    const { app, x } = await start(source);
    assert.equal(x.make(kind, 3, 0), kind);
    assert.equal(await x.pipeline(100), 5050);
    for (const size of [0, 10, 100_000]) assert.equal(await x.large(size), size); // copied, and handed over
    ended(app);
  });

  test(`no item is lost, ${name}`, async () => {
    const { app, x } = await start(source);
    x.make(kind, 1, 0);
    assert.equal(await x.snatched(40), 40);
    ended(app);
  });
}

test('a channel is closed when its only sender is gone, whatever way', async () => {
  const { app, x } = await start(source);
  x.make(INSTANCES, 1, 0.05);
  assert.equal(await x.until_gone(3), 'nothing 3');
  assert.equal(await x.until_gone(1), 'ValueError 1');
  assert.equal(await x.until_gone(2), 'CancelledError 1');
  assert.equal(await x.until_gone(0), 'RuntimeError 1');
  ended(app);
});
