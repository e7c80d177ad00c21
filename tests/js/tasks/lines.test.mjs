// The line where each task waits, in its C source.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { settled, start } from '../harness.mjs';

const url = new URL('tasks.c', import.meta.url);

test('a call is where its await stands', async () => {
  const { app, x } = await start(url);
  let release = () => {};
  const done = x.all(new Promise((resolve) => (release = () => resolve(undefined))));
  do await settled();
  while (app.tasks().some(({ state }) => state !== 'waiting'));
  const tasks = app.tasks();
  release();
  await done;
  const source = readFileSync(url, 'utf8').split('\n');
  const at = (/** @type {number} */ task, /** @type {number} */ call) =>
    source[(tasks[task]?.calls[call]?.line ?? 0) - 1]?.trim();
  assert.equal(at(1, 0), 'CAW_AWAIT(caw_from_promise(void, caw_ref(promise)));');
  assert.equal(at(3, 1), 'CAW_END_TASK_GROUP;');
  assert.equal(at(5, 0), 'CAW_AWAIT(task);');
});
