// What load(source, { debug }) tells while developing; the time is the test's.

import assert from 'node:assert/strict';
import test from 'node:test';
import { process_, start, watched } from '../harness.mjs';

const source = new URL('debug.c', import.meta.url);

test('all tasks wait for what only C can bring: once, with the tree', async () => {
  const { x, reports, pass } = await watched(source);
  const taken = x.take();
  await pass(5);
  assert.equal(reports.length, 1);
  assert.match(reports[0] ?? '', /a deadlock, unless an exported function is still to be called/);
  assert.match(reports[0] ?? '', /take \(.*debug\.c:11\)/);
  await x.give(3);
  assert.equal(await taken, 3);
  await pass(5);
  assert.equal(reports.length, 1);
  const again = x.take();
  await pass(2);
  assert.equal(reports.length, 2, 'another one is told, too');
  await x.give(4);
  assert.equal(await again, 4);
});

test('no deadlock while a promise or a timer is on its way', async () => {
  const { x, reports, pass } = await watched(source);
  let release = () => {};
  const awaited = x.await_it(new Promise((resolve) => (release = () => resolve(undefined))));
  const taken = x.take();
  await pass(5);
  assert.deepEqual(reports, []);
  release();
  await awaited;
  await x.give(1);
  await taken;
});

test('a promise that stays pending, where that is asked for', async () => {
  const { x, reports, pass } = await watched(source, { pending: 3000 });
  let release = () => {};
  const awaited = x.await_it(new Promise((resolve) => (release = () => resolve(undefined))));
  await pass(2);
  assert.deepEqual(reports, []);
  await pass(3);
  assert.equal(reports.length, 1);
  assert.match(reports[0] ?? '', /Task-1 has waited 3\.\d s for a promise, in await_it \(.*debug\.c:30\)/);
  release();
  await awaited;
});

test('not asked for, nothing is told; disposed of, nothing is looked at', async () => {
  const silent = await watched(source, false);
  const waiting = silent.x.take().catch(() => {});
  await silent.pass(3);
  assert.deepEqual(silent.reports, []);
  silent.app[Symbol.dispose]();
  await waiting;
  const { app, reports, pass } = await watched(source);
  app[Symbol.dispose]();
  await pass(3);
  assert.deepEqual(reports, []);
});

test('a misspelt option is told', async () => {
  const debug = /** @type {any} */ ({ slwo: 100 });
  const options = /** @type {any} */ ({ debug, preopen: { '/': '.' } });
  const { app, reports } = await start(source, options);
  assert.deepEqual(reports.slice(0, 2), [
    'cawait: debug: load() has no option preopen',
    'cawait: debug: there is nothing called slwo in debug',
  ]);
  app[Symbol.dispose]();
});

test('Node: CAWAIT_DEBUG=1 is debug for who says nothing; a process ends by itself', async () => {
  const { code, out } = await process_(
    source,
    `process.env.CAWAIT_DEBUG = '1';
const reports = [];
await load(bytes, { onReport: (text) => reports.push(text) });
await load(bytes, { debug: false, onReport: (text) => reports.push('no: ' + text) });
console.log(reports.join());`,
  );
  assert.deepEqual(
    [code, out],
    [0, 'cawait: debug: slow steps are seen in a checked build only: cawait build --checked\n'],
  );
});
