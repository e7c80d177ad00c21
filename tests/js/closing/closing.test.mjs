// The patient end of an instance: everything is cancelled and waited for. And what either end leaves behind in JavaScript's memory: nothing.

import assert from 'node:assert/strict';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import vm from 'node:vm';
import { load } from '../../../dist/js/node.js';
import { build, quiet, rejection, settled, start } from '../harness.mjs';

const source = new URL('closing.c', import.meta.url);

/** @param {import('../../../dist/js/node.js').App} app */
const close = (app) => app[Symbol.asyncDispose]();

test('tasks are cancelled and waited for, then generators, then it is disposed of', async () => {
  const { app, x, printed, reports } = await start(source);
  const call = rejection(x.waits('call'));
  await x.background(false);
  await x.generates();
  const closed = close(app);
  assert.equal(close(app), closed, 'once');
  await closed;
  const error = await call;
  assert.equal(error.name, 'AbortError');
  assert.match(error.message, /being disposed of/);
  assert.deepEqual(printed, ['left 2', 'call cleaned up', 'left 1', 'left 0', 'generator closed']);
  assert.deepEqual(reports, []);
  quiet(app);
  assert.equal((await rejection(x.raises(false))).type, 'Disposed');
  await close(app);
});

test('nothing is left: it is disposed of at once', async () => {
  const { app, x } = await start(source);
  await close(app);
  assert.equal((await rejection(x.raises(false))).type, 'Disposed');
  const disposed = await start(source);
  disposed.app[Symbol.dispose]();
  await close(disposed.app);
});

test('a task that refuses is waited for; a call that comes meanwhile is cancelled as well', async () => {
  const { app, x, printed } = await start(source);
  /** @type {any} */
  let go;
  const call = x.waits_for(new Promise((resolve) => (go = resolve)));
  const closed = close(app);
  while (!printed.includes('refused')) await settled();
  const meanwhile = rejection(x.waits('meanwhile'));
  await settled();
  go();
  await call;
  await closed;
  assert.equal((await meanwhile).name, 'AbortError');
  assert.deepEqual(printed, ['refused', 'went on', 'meanwhile cleaned up']);
});

test('what cleanup fails with is said', async () => {
  const { app, x, reports } = await start(source);
  await x.background(true);
  await close(app);
  assert.equal(reports.length, 1);
  assert.match(reports[0] ?? '', /ValueError: no such luck/);
});

test('disposed of meanwhile, or trapped', async () => {
  const { app, x } = await start(source);
  const call = rejection(x.waits_for(new Promise(() => {})));
  const closed = close(app);
  await settled();
  app[Symbol.dispose]();
  await closed;
  assert.equal((await call).name, 'AbortError');

  const trapping = await start(source);
  const trap = rejection(trapping.x.traps());
  const pending = close(trapping.app);
  await rejection(trapping.x.traps()).catch(() => {});
  await pending;
  assert.match((await trap).name, /AbortError|Trap/);
});

test('a loop that C made and closes lets go of its promises, and rejects those it gave out', async () => {
  const { app, x } = await start(source);
  const controller = new AbortController();
  const given = rejection(x.elsewhere(new Promise(() => {}), controller));
  await settled();
  assert.equal(app.stats().promises, 2);
  await x.close_second();
  assert.equal((await given).name, 'AbortError');
  assert.ok(controller.signal.aborted);
  quiet(app);
});

test('a promise whose controller cancels, at the end, the call that awaits it, is let go of once', async () => {
  for (const turns of [0, 1]) {
    const { app, x } = await start(source);
    const controller = new AbortController();
    const call = rejection(x.awaits(new Promise(() => {}), controller, { signal: controller.signal }));
    for (let n = 0; n < turns; n++) await settled();
    app[Symbol.dispose]();
    assert.equal((await call).name, 'AbortError');
    quiet(app);
  }
});

test('whoever holds an App, a function, a call, an error or a signal does not hold the memory', async () => {
  setFlagsFromString('--expose-gc');
  const gc = /** @type {() => void} */ (vm.runInNewContext('gc'));
  const bytes = await build(source);
  const { instantiate } = WebAssembly;
  for (const end of ['dispose', 'asyncDispose', 'trap']) {
    /** @type {WeakRef<WebAssembly.Memory>[]} */
    const memories = [];
    WebAssembly.instantiate = /** @type {any} */ (
      async (/** @type {any} */ module, /** @type {any} */ imports) => {
        const instance = await instantiate(module, imports);
        if ('caw_abi' in /** @type {any} */ (instance).exports)
          memories.push(new WeakRef(/** @type {any} */ (instance).exports.memory));
        return instance;
      }
    );
    const held = await (async () => {
      const app = await load(bytes, { onReport() {} });
      const x = app.exports;
      const f = await x.function();
      const controller = new AbortController();
      const { signal } = controller;
      const thrown = (/** @type {() => unknown} */ call) => {
        try {
          return call();
        } catch (error) {
          return error;
        }
      };
      const inside = () => {
        throw new Error('thrown with C on the stack');
      };
      const all = [
        app,
        x,
        f,
        signal,
        thrown(() => f()),
        thrown(() => f(inside)),
        thrown(() => f(() => f())),
        await rejection(x.raises(false)),
        await rejection(x.raises(true)),
        await rejection(x.calls(inside)),
        await rejection(x.calls(1)),
        await rejection(x.calls_async(async () => inside())),
        await rejection(x.waits(1)),
        inside,
      ];
      const pending = rejection(x.waits('pending', { signal }));
      if (end === 'trap') all.push(await rejection(x.traps()));
      else if (end === 'dispose') app[Symbol.dispose]();
      else await app[Symbol.asyncDispose]();
      all.push(
        await pending,
        await rejection(x.raises(false)),
        thrown(() => f()),
        ...Object.values(x),
      );
      return all;
    })();
    WebAssembly.instantiate = instantiate;
    for (let n = 0; n < 10 && memories[0]?.deref(); n++) {
      await settled();
      gc();
    }
    assert.equal(memories.length, 1);
    assert.equal(memories[0]?.deref(), undefined, `after ${end}`);
    assert.ok(held.length > 10);
  }
});
