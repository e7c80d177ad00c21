// More values, callbacks and options that misbehave, of the kinds of hostile.test.mjs: memory of the instance's own as bytes, a console
// that throws, clocks, budgets, what load() is given.

import assert from 'node:assert/strict';
import test from 'node:test';
import vm from 'node:vm';
import { CawError } from '../../../dist/js/node.js';
import { Handles } from '../../../dist/js/base/handles.js';
import { build, compiled, load, process_, quiet, rejection, settled, start } from '../harness.mjs';

/** @import { Options } from '../../../dist/js/node.js' */

const source = new URL('hostile.c', import.meta.url);
const boom = () => {
  throw new Error('boom');
};
/** @param {import('../../../dist/js/node.js').App<any>} app */
async function afterwards(app) {
  assert.equal(await app.exports.wait_number(Promise.resolve(7)), 7);
  await settled();
  quiet(app);
}

test('what only says that it is a CawError, with a type that cannot be read', async () => {
  const { app, x } = await start(source);
  for (const type of [{ toString: boom }, Object.create(null), Symbol('type')]) {
    const error = { [Symbol.for('cawait.CawError')]: true, type };
    assert.equal(await rejection(x.wait_any(Promise.reject(error))), error);
    const throws = () => {
      throw error;
    };
    assert.equal(await rejection(x.describe({ toString: throws })), error);
  }
  await afterwards(app);
});

test('bytes of the instance’s own memory, which grows for a copy of them', async () => {
  const { app, x } = await start(source);
  const memory = () => new Uint8Array(app.memory.buffer);
  for (const take of [x.size_of, x.length_of]) {
    let size = memory().length;
    assert.equal(await take(memory()), size);
    size = memory().length;
    assert.equal(await take(app.memory.buffer), size);
  }
  const count = await x.function();
  assert.equal(count(memory(), 1), 2);
  assert.equal(count(memory(), memory(), memory()), 3);
  assert.equal(app.stats().blocks, 1);
  app[Symbol.dispose]();
});

test('a console that throws', async () => {
  const { error, warn, log } = console;
  const { app, x } = await start(source, { onReport: undefined, print: undefined });
  const other = await start(source, { onReport: boom });
  try {
    console.error = console.warn = console.log = boom;
    for (const { reports, prints } of [x, other.x]) {
      assert.equal(await reports(), 1);
      assert.equal(await prints(1), 1);
    }
    const [trap, nap] = [x.trap(), x.nap(5)];
    for (const call of [trap, nap]) assert.equal((await rejection(call)).type, 'Trap');
  } finally {
    Object.assign(console, { error, warn, log });
  }
  await afterwards(other.app);
});

test('a signal whose reason cannot be had', async () => {
  const { app, x } = await start(source);
  for (const get of [boom, () => app[Symbol.dispose]()]) {
    const controller = new AbortController();
    const call = x.nap(9, { signal: controller.signal });
    Object.defineProperty(controller.signal, 'reason', { get });
    controller.abort();
    assert.equal((await rejection(call)).name, 'AbortError');
  }
  await afterwards(app);
});

test('a budget of what are no numbers changes nothing', async () => {
  const { app } = await start(source);
  for (const budget of [{ jobs: 5n }, { ms: NaN }, { ms: '1' }, { jobs: -1 }, { jobs: Symbol('many') }, { ms: {} }])
    assert.throws(() => app.setBudget(/** @type {any} */ (budget)), {
      name: 'TypeError',
      message: /^budget: its (jobs|ms) is /,
    });
  app.setBudget({ jobs: Infinity, ms: 0 });
  await afterwards(app);
});

/** @type {import('../../../dist/js/node.js').Options['clock']} */
const clock = {
  now: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer),
};
for (const [what, broken] of Object.entries({
  'its time throws': { now: boom },
  'its time is NaN': { now: () => NaN },
  'its time is a BigInt': { now: () => /** @type {any} */ (1n) },
  'it cannot be asked to call': { setTimeout: boom },
  'it cannot be asked not to': { clearTimeout: boom },
}))
  test(`a clock that fails is replaced, and that is said: ${what}`, async () => {
    const { app, x, reports } = await start(source, { clock: { ...clock, ...broken } });
    await x.nap(0.001);
    assert.equal((await rejection(x.late(0.001))).name, 'TimeoutError');
    await afterwards(app);
    const [call, other] = [x.nap(100), x.wait_any(new Promise(() => {}))];
    app[Symbol.dispose]();
    for (const ended of [call, other]) assert.equal((await rejection(ended)).name, 'AbortError');
    assert.match(reports.join(), /^cawait: the clock of load\(\) failed, and is the host's from now on: [^,]*$/);
  });

test('a clock that fails while debug looks', async () => {
  for (const broken of [{ now: boom }, { setTimeout: boom }, { clearTimeout: boom }]) {
    const { app, x, reports } = await start(source, { debug: { pending: 1 }, clock: { ...clock, ...broken } });
    const call = x.wait_any(new Promise(() => {}));
    await x.nap(0.001);
    app[Symbol.dispose]();
    assert.equal((await rejection(call)).name, 'AbortError');
    assert.match(reports.join(), /the clock of load\(\) failed, and is the host's from now on: Error: boom/);
  }
});

test('what is rejected disposes of the instance when it is looked at', async () => {
  for (const name of ['name', 'message', 'type', 'errno', 'stack']) {
    const { app, x } = await start(source);
    const dispose = () => app[Symbol.dispose]();
    const error = { [Symbol.for('cawait.CawError')]: true, type: 'ValueError' };
    const call = x.wait_any(Promise.reject(Object.defineProperty(error, name, { get: dispose })));
    assert.equal((await rejection(call)).name, 'AbortError', name);
    await settled();
    quiet(app);
  }
});

test('more handles than there is room for are a MemoryError, and nobody else’s end', async () => {
  const { add } = Handles.prototype;
  const { app, x, reports } = await start(source);
  const other = x.nap(0.01);
  const f = await x.function();
  const outOfMemory = { name: 'MemoryError', message: /more than 4 million|no memory for its arguments/ };
  try {
    Handles.prototype.add = () => {
      throw new CawError('MemoryError', 'more than 4 million JavaScript values are held by C');
    };
    for (const call of [() => x.wait_any(1), () => x.promised(0), () => x.function(), async () => f({})])
      await assert.rejects(call, outOfMemory);
    assert.equal(await x.length_of('text'), 4);
  } finally {
    Handles.prototype.add = add;
  }
  await other;
  assert.deepEqual(reports, []);
  assert.equal(await x.wait_number(Promise.resolve(7)), 7);
  app[Symbol.dispose]();
});

test('Node: a recursion through C that fills the stack is a trap, which every call hears of', async () => {
  // In a process of its own: the overflow may hit what the test runner does about promises, too.
  const { code, out } = await process_(
    source,
    `for (let deeper = 0; deeper < 30; deeper++) {
  const { exports: x, stats } = await load(bytes, { onReport() {} });
  const other = x.nap(0.01);
  const more = Array.from({ length: deeper % 7 }, () => 0);
  const around = (...given) => x.calls(() => around(...given));
  const begin = (n) => (n ? begin(n - 1) : around(...more));
  try {
    begin(deeper);
    console.log('wrong: it has ended');
  } catch {}
  const [ended] = await Promise.allSettled([other]);
  if (ended.status === 'rejected' && ended.reason.type !== 'Trap') console.log('wrong:', ended.reason);
  const { bytes: kept, ...counts } = stats();
  if (Object.values(counts).some((count) => count !== 0)) console.log('wrong:', counts);
  const [next] = await Promise.allSettled([x.nap(0)]);
  if (next.status !== ended.status || next.reason !== ended.reason) console.log('wrong:', next, ended);
}`,
  );
  assert.equal(code, 0);
  assert.doesNotMatch(out, /^wrong:/m); // and what else is said is the host's
});

test('a clock that fails later goes on from where it stood', async () => {
  let now = 5e6;
  let fails = false;
  const { app, x } = await start(source, {
    clock: { ...clock, now: () => (fails ? boom() : (now += 1)), setTimeout: (callback) => setTimeout(callback, 1) },
  });
  const call = x.nap(0.02);
  fails = true;
  await call;
  await afterwards(app);
});

test('what load() is asked for is checked before C is entered', async () => {
  const module = await compiled(source);
  /** @type {[any, RegExp][]} */
  const wrong = [
    [{ signal: new AbortController() }, /its signal is no AbortSignal: give controller.signal/],
    [{ signal: 'now' }, /its signal is no AbortSignal/],
    [{ clock: {} }, /its clock has no now\(\)/],
    [{ clock: { now: Date.now, setTimeout } }, /its clock has no clearTimeout\(\)/],
    [{ print: 5 }, /its print is the number 5, not a function/],
    [{ onReport: null }, /its onReport is null, not a function/],
    [{ budget: { jobs: 1n } }, /budget: its jobs is the BigInt 1n/],
    [{ budget: 5 }, /budget: it is the number 5, not an object/],
    [null, /its options are an object, .*; got null/],
    ['debug', /its options are an object, .*; got a string/],
    [new AbortController().signal, /its options are an object, .*; got an object \(AbortSignal\)/],
    [{ args: 'one' }, /its args is a string, not an array/],
    [{ args: ['one', 't\0wo'] }, /its args\[1\] has a NUL inside, which would be its end in C/],
    [{ env: { HOME: '/a\0b' } }, /its env.HOME has a NUL inside/],
    [{ env: { HOME: undefined } }, /its env.HOME is undefined, not a string/],
    [{ env: { HOME: Symbol('home') } }, /its env.HOME is a symbol, not a string/],
    [{ imports: 5 }, /its imports is the number 5, not an object/],
    [{ imports: { env: 5 } }, /its imports.env is the number 5, not an object/],
    [{ debug: 'yes' }, /its debug is a string, not an object/],
    [{ debug: { slow: '1' } }, /load\(\): debug: its slow is a string/],
  ];
  for (const [options, message] of wrong) await assert.rejects(load(module, options), { name: 'TypeError', message });
  const frozen = Object.freeze({ signal: undefined, clock: undefined, print: undefined, onReport: undefined });
  const app = await load(module, frozen);
  await afterwards(app);
});

test('load() takes responses, addresses and modules of whatever realm, and mocks', async () => {
  const module = await compiled(source);
  const bytes = await build(source);
  const response = () => new Response(new Blob([bytes]), { headers: { 'content-type': 'application/wasm' } });
  const foreign = vm.runInNewContext('(bytes) => new WebAssembly.Module(bytes)')(bytes);
  assert.ok(!(foreign instanceof WebAssembly.Module));
  const copy = bytes.slice().buffer;
  const address = `data:application/wasm;base64,${Buffer.from(bytes).toString('base64')}`;
  /** @param {any} of @param {PropertyKey} key */
  const bound = (of, key) => (typeof of[key] === 'function' ? of[key].bind(of) : of[key]);
  const given = [
    foreign,
    response(),
    new Proxy(response(), { get: bound }),
    { ok: true, headers: new Map([['content-type', 'application/wasm']]), arrayBuffer: async () => copy },
    { arrayBuffer: async () => bytes },
    { href: address, toString: () => address },
    module,
  ];
  const { warn } = console;
  console.warn = () => {};
  try {
    for (const one of given) await afterwards(await load(/** @type {any} */ (one)));
  } finally {
    console.warn = warn;
  }
  for (const none of [undefined, null, 5, Symbol('none'), () => {}, {}, [], new Date()])
    await assert.rejects(
      load(/** @type {any} */ (none)),
      /load\(\) takes a URL, a Response, bytes or a WebAssembly.Module/,
    );
});
