// Between two workers home has nothing to do: it is counted what it says to them.

import assert from 'node:assert/strict';
import test from 'node:test';
import { Worker } from 'node:worker_threads';
import { start } from '../harness.mjs';
import { INSTANCES, ended } from './pool.mjs';

test('items of a pipeline of workers do not pass through the instance that has started it', async () => {
  let said = 0;
  const worker = () => {
    const made = new Worker(new URL('../../../dist/js/node-worker.js', import.meta.url), { workerData: 'cawait' });
    const post = made.postMessage.bind(made);
    made.postMessage = (message, transfer) => {
      said++;
      post(message, transfer);
    };
    return made;
  };
  const { app, x } = await start(new URL('lane.c', import.meta.url), { worker });
  x.make(INSTANCES, 3, 0);
  assert.equal(await x.pipeline(5000, -1, 8), 5000);
  assert.ok(said < 200, `${said}`); // by way of home it would be 20,000
  ended(app);
});
