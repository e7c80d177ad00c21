// Channels between two workers: in order, with room, and what ends one in the middle, wherever there are workers.

import assert from 'node:assert/strict';
import test from 'node:test';
import { start } from '../harness.mjs';
import { INSTANCES, ended } from './pool.mjs';

const source = new URL('lane.c', import.meta.url);
const [RETURNS, RAISES, TRAPS, HANGS] = [1, 2, 3, 4];
const NUMBERS = -1;

test('three in a row, whatever the room, and however large the items', async () => {
  const { app, x } = await start(source);
  x.make(INSTANCES, 3, 0);
  for (const [count, size, room] of [
    [1000, NUMBERS, 1],
    [1000, NUMBERS, 8],
    [5000, NUMBERS, 0],
    [100, 0, 2],
    [20, 100_000, 2],
  ])
    assert.equal(await x.pipeline(count, size, room), count);
  ended(app);
});

test('who puts ends, whatever way, and what it has put arrives', async () => {
  const { app, x } = await start(source);
  x.make(INSTANCES, 2, 0.05);
  for (const room of [1, 3, 0]) {
    assert.equal(await x.sender_ends(RETURNS, room), '5 none');
    assert.equal(await x.sender_ends(RAISES, room), '5 ValueError');
    assert.equal(await x.sender_ends(TRAPS, room), '5 RuntimeError');
    assert.equal(await x.sender_ends(HANGS, room), '5 CancelledError');
  }
  ended(app);
});

test('who takes ends, whatever way, and who puts is told', async () => {
  const { app, x } = await start(source);
  x.make(INSTANCES, 2, 0.05);
  for (const room of [1, 3, 0]) {
    assert.equal(await x.receiver_ends(RETURNS, room), 'none QueueShutDown');
    assert.equal(await x.receiver_ends(RAISES, room), 'ValueError QueueShutDown');
    assert.equal(await x.receiver_ends(TRAPS, room), 'RuntimeError QueueShutDown');
    assert.equal(await x.receiver_ends(HANGS, room), 'CancelledError QueueShutDown');
  }
  ended(app);
});

test('others come to take part: nothing is lost, nothing is there twice', async () => {
  const { app, x } = await start(source);
  x.make(INSTANCES, 3, 0);
  for (const [home, third] of [
    [true, false],
    [false, true],
    [true, true],
  ])
    for (let after = 0; after < 0.03; after += 0.005)
      assert.equal(await x.shared(2000, after, home, third), 2001000, `after ${after} s`);
  ended(app);
});

test('a program is disposed of in the middle', async () => {
  for (const ms of [0, 5, 20]) {
    const { app, x } = await start(source);
    x.make(INSTANCES, 3, 0);
    const ran = x.pipeline(1e9, NUMBERS, 4).catch((/** @type {Error} */ error) => error.message);
    await new Promise((resolve) => setTimeout(resolve, ms));
    app[Symbol.dispose]();
    assert.match(await ran, /dispos/);
  }
});
