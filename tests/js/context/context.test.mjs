// AsyncLocalStorage: what C calls in JavaScript sees the store of the call that it comes from, whoever woke the loop.

import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import test from 'node:test';
import { load } from '../../../dist/js/node.js';
import { compiled, process_, quiet, rejection, settled, start } from '../harness.mjs';

const source = new URL('context.c', import.meta.url);
const module = await compiled(source);
const before = await start(source); // it has begun when nobody used a store
const store = new AsyncLocalStorage();

const { fetch } = globalThis;
/** @type {string[]} */
const requests = [];
globalThis.fetch = async () => {
  requests.push(String(store.getStore()));
  return new Response('body');
};
test.after(() => void (globalThis.fetch = fetch));

/** What a call saw, by where. @param {Record<string, any>} x */
async function everything(x) {
  /** @type {string[]} */
  const seen = [];
  const see = (/** @type {string} */ where) => void seen.push(`${where}: ${store.getStore()}`);
  const object = {
    get property() {
      see('getter');
      return 1;
    },
    set property(_) {
      see('setter');
    },
    toString() {
      see('toString');
      return '';
    },
    method: () => see('method'),
  };
  const thenable = { then: (/** @type {any} */ resolve) => (see('then'), resolve(1)) };
  const soon = new Promise((resolve) => setTimeout(resolve, 1, 1));
  await x.everything(see, object, soon, thenable);
  see('after the call');
  await new Promise((resolve) => setTimeout(resolve, 5));
  return seen;
}
const PLACES = [
  'body',
  'child',
  'callback',
  'after a wait',
  'child after a wait',
  'child after a timer',
  'after promises',
  'then',
  'after a thenable',
  'getter',
  'setter',
  'toString',
  'method',
  'done callback',
  'generator',
  'generator after a wait',
  'after a response',
  'after the call',
].sort();

for (const when of ['before', 'after'])
  test(`three calls in three contexts see their own; the instance was loaded ${when} the first use`, async () => {
    /** @type {string[]} */
    const said = [];
    const print = () => said.push(`print: ${store.getStore()}`);
    const onReport = () => said.push(`report: ${store.getStore()}`);
    const app = when === 'before' ? before.app : await load(module, { print, onReport });
    const x = /** @type {Record<string, any>} */ (app.exports);
    requests.length = 0;
    const all = await Promise.all(['one', 'two', 'three'].map((name) => store.run(name, () => everything(x))));
    assert.equal(AsyncLocalStorage.prototype.run.name, 'run', 'what noticed the first use is gone');
    const outside = await everything(x);
    for (const [n, name] of ['one', 'two', 'three', undefined].entries()) {
      const seen = n < 3 ? /** @type {string[]} */ (all[n]) : outside;
      assert.deepEqual([...new Set(seen)].sort(), PLACES.map((place) => `${place}: ${name}`).sort());
    }
    const names = ['one', 'three', 'two', 'undefined'];
    assert.deepEqual(requests.sort(), names);
    if (when === 'after')
      assert.deepEqual(
        said.sort(),
        ['print', 'report'].flatMap((what) => names.map((name) => `${what}: ${name}`)),
      );
    await settled();
    quiet(app);
  });

test('what a program prints that calls nothing of JavaScript’s; one that does not print has nothing for it', async () => {
  const prints = new URL('prints.c', import.meta.url);
  /** @type {string[]} */
  const seen = [];
  const print = (/** @type {string} */ line) => seen.push(`${line}: ${store.getStore()}`);
  const { app, x } = await start(prints, { print, printErr: print, files: { '/data': 'abc' } });
  await Promise.all([...['one', 'two'].map((name) => store.run(name, () => x.prints())), x.prints()]);
  const lines = ['body', 'after a wait', 'child after a timer', 'to stderr'];
  assert.deepEqual(
    seen.sort(),
    ['one', 'two', 'undefined'].flatMap((name) => lines.map((line) => `${line}: ${name}`)).sort(),
  );
  assert.equal(x.third_byte(), 'c'.charCodeAt(0));
  await settled();
  quiet(app);
  const parts = async (/** @type {string} */ path) =>
    WebAssembly.Module.exports(await compiled(new URL(path, import.meta.url))).map(({ name }) => name);
  assert.ok((await parts('prints.c')).includes('caw_context_enter'));
  assert.ok(!(await parts('silent.c')).includes('caw_context_enter'));
});

test('a function of C’s runs in its caller’s, and so do the tasks that it makes', async () => {
  const { app, x } = await start(source);
  /** @type {string[]} */
  const seen = [];
  const f = await store.run('maker', () =>
    x.function((/** @type {string} */ where) => seen.push(`${where}: ${store.getStore()}`)),
  );
  store.run('caller', f);
  f();
  while (seen.length < 8) await new Promise((resolve) => setTimeout(resolve, 1));
  const places = ['function', 'child', 'child after a wait', 'child after a timer'];
  assert.deepEqual(
    seen.sort(),
    ['caller', 'undefined'].flatMap((name) => places.map((place) => `${place}: ${name}`)).sort(),
  );
  app[Symbol.dispose]();
});

test('abort listeners: in the context of the task that waits, whoever cancels it', async () => {
  const { app, x } = await start(source);
  /** @type {unknown[]} */
  const seen = [];
  const listen = () => {
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => seen.push(store.getStore()));
    return controller;
  };
  const own = listen();
  const late = store.run('task', () => rejection(x.waits(new Promise(() => {}), own, 0.001)));
  assert.equal((await late).name, 'TimeoutError');
  const other = listen();
  const controller = new AbortController();
  const { signal } = controller;
  const call = store.run('task', () => rejection(x.waits(new Promise(() => {}), other, 100, { signal })));
  store.run('aborter', () => controller.abort());
  await call;
  assert.deepEqual(seen, ['task', 'task']);
  await settled();
  quiet(app);
});

test('without a store nothing is done', async () => {
  const text = (/** @type {string} */ first) => `
    import { AsyncLocalStorage } from 'node:async_hooks';
    const store = new AsyncLocalStorage();
    const seen = [];
    globalThis.fetch = async () => new Response('');
    const app = await load(bytes);
    console.log(AsyncLocalStorage.prototype.run.name);
    ${first}
    const see = () => void seen.push(store.getStore());
    const call = app.exports.everything(see, { method() {} }, Promise.resolve(1), Promise.resolve(1));
    console.log('handles', app.stats().handles);
    await call;
    console.log(\`saw \${[...new Set(seen)].map(String)} \${seen.length}\`);`;
  const without = await process_(source, text(''));
  const entered = await process_(source, text("store.enterWith('all');"));
  assert.match(without.out, /noticed\n[^]*saw undefined 13/);
  assert.match(entered.out, /noticed\n[^]*saw all 13/);
  const held = (/** @type {string} */ out) => Number(/handles (\d+)/.exec(out)?.[1]);
  assert.equal(held(entered.out), held(without.out) + 1);
});

test('a store that there was before the package is noticed', async () => {
  const { url } = import.meta;
  const fresh = (/** @type {string} */ name) => import(new URL(`../../../dist/js/bridge/context.js?${name}`, url).href);
  const machine = () => ({ x: {}, handles: {} });
  const none = machine();
  (await fresh('one')).follow(none);
  assert.ok(!('within' in none));
  const some = machine();
  await store.run('some', async () => (await fresh('two')).follow(some));
  assert.ok('within' in some);
});
