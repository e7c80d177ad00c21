// Values, callbacks and options that misbehave: they throw at a look, call back in, or are not what they say. The instance goes on,
// every call settles once, nothing is left, and whoever called gets one clear error.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { CawError } from '../../../dist/js/node.js';
import { quiet, rejection, settled, start } from '../harness.mjs';

const source = new URL('hostile.c', import.meta.url);
const { app, x, reports } = await start(source);

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const detached = () => {
  const bytes = new Uint8Array(8);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
};
/** @param {() => unknown} trap  called at each look */
const proxy = (trap, target = {}) =>
  new Proxy(target, {
    get: (object, key) => (trap(), Reflect.get(object, key)),
    has: (object, key) => (trap(), Reflect.has(object, key)),
    getPrototypeOf: (object) => (trap(), Reflect.getPrototypeOf(object)),
    getOwnPropertyDescriptor: (object, key) => (trap(), Reflect.getOwnPropertyDescriptor(object, key)),
    ownKeys: (object) => (trap(), Reflect.ownKeys(object)),
  });
const boom = () => {
  throw new Error('boom');
};
const afterwards = async () => {
  assert.equal(await x.wait_number(Promise.resolve(7)), 7);
  await settled();
  quiet(app);
  assert.deepEqual(reports, []);
};

test('what is looked at aborts the call: each settles once, and no slot is freed twice', async () => {
  for (const wait of [x.wait_any, x.wait_object, x.wait_number]) {
    for (const how of ['toString', 'name', 'message', 'errno']) {
      const controller = new AbortController();
      const abort = () => (controller.abort(new Error('aborted by the look')), 'AbortError');
      const reason =
        how === 'toString' ? { toString: abort } : Object.defineProperty({ name: 'AbortError' }, how, { get: abort });
      const { promise, reject } = Promise.withResolvers?.() ?? withResolvers();
      const call = wait(promise, { signal: controller.signal });
      reject(reason);
      await rejection(call);
      await afterwards();
    }
    const controller = new AbortController();
    const call = wait(Promise.resolve(proxy(() => controller.abort())), { signal: controller.signal });
    await call.catch(() => {});
    await afterwards();
  }
  const values = [1, 2, 3].map((n) => x.wait_number(Promise.resolve(n)));
  assert.deepEqual(await Promise.all(values), [1, 2, 3]);
});

function withResolvers() {
  /** @type {any} */
  const all = {};
  all.promise = new Promise((resolve, reject) => Object.assign(all, { resolve, reject }));
  return all;
}

test('bytes that are gone are a TypeError that names the argument', async () => {
  for (let n = 0; n < 20_000; n++) x.size_of(new Uint8Array(3)); // until the engine has made code of it
  const short = new ArrayBuffer(16, { maxByteLength: 16 });
  const beyond = new DataView(short, 8, 8);
  const outside = new Uint8Array(short, 8, 8);
  short.resize(4);
  for (const value of [detached(), detached().buffer, beyond, outside]) {
    const error = await rejection(x.size_of(value));
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /^size_of: argument 1 \(bytes\): its buffer/);
    assert.match((await rejection(x.read_value(value))).message, /its buffer/);
    await rejection(x.wait_any(Promise.resolve(value)));
  }
  for (const value of [
    revoked(),
    proxy(boom),
    {
      get [Symbol.toStringTag]() {
        return boom();
      },
    },
    5,
    'text',
    null,
    [],
  ])
    // prettier-ignore
    assert.ok((await rejection(x.size_of(value))) instanceof TypeError);
  await afterwards();
});

test('a view says of itself what it likes: its bytes are what is taken', async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  for (const name of ['length', 'byteLength', 'byteOffset', 'buffer'])
    Object.defineProperty(bytes, name, { get: boom });
  assert.equal(await x.size_of(bytes), 3);
  assert.equal(await x.size_of(new Uint16Array(4).subarray(1)), 6);
  assert.equal(await x.size_of(new DataView(new ArrayBuffer(9), 2)), 7);
  assert.equal(await x.size_of(new Uint8Array(new SharedArrayBuffer(5))), 5);
  await afterwards();
});

test('another realm: its bytes, its errors and its AbortError are as good', async () => {
  const there = vm.createContext({ DOMException });
  /** @param {string} code */
  const run = (code) => vm.runInContext(code, there);
  assert.equal(await x.size_of(run('new Uint8Array(4)')), 4);
  assert.equal(await x.size_of(run('new ArrayBuffer(5)')), 5);
  const abort = run(`Object.assign(new Error('stop'), { name: 'AbortError' })`);
  assert.equal(await rejection(x.wait_any(Promise.reject(abort))), abort);
  assert.equal(await x.wait_number(run('Promise.resolve(6)')), 6);
  await afterwards();
});

test('a CawError of another copy of the package is one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cawait-copy-'));
  cpSync(new URL('../../../dist/js', import.meta.url), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const copy = await import(pathToFileURL(join(folder, 'base/errors.js')).href).finally(() =>
    rmSync(folder, { recursive: true }),
  );
  assert.notEqual(copy.CawError, CawError);
  const error = new copy.CawError('OSError', 'elsewhere', { errno: 44 });
  assert.ok(CawError.isCawError(error));
  assert.ok(!CawError.isCawError(new Error('no')) && !CawError.isCawError(revoked()) && !CawError.isCawError(null));
  assert.equal(await rejection(x.wait_any(Promise.reject(error))), error);
  await afterwards();
});

test('whatever is thrown comes back as the same object', async () => {
  class Private extends Error {
    #inside = 1;
    get inside() {
      return this.#inside;
    }
  }
  const reactive = new Proxy(new Private('p'), { get: (target, key, receiver) => Reflect.get(target, key, receiver) });
  const odd = [42, null, undefined, Symbol('s'), 10n, '', () => {}];
  for (const reason of [
    revoked(),
    proxy(boom),
    reactive,
    { get [Symbol.toStringTag]() { return boom(); }, toString: boom }, // prettier-ignore
    Object.defineProperty(new Error('e'), 'name', { get: boom }),
    Object.assign(new Error(), { name: 'AbortError', message: 17 }),
    Object.assign(new Error(), { name: 'TimeoutError', message: { toString: boom } }),
    Object.assign(new Error(), { name: 'AbortError', message: '\ud800' }),
    Object.create(null),
    ...odd,
  ]) {
    for (const wait of [x.wait_any, x.wait_number]) {
      // In an array: a promise of it would look at it.
      const [thrown] = await wait(Promise.reject(reason)).then(
        () => [],
        (/** @type {unknown} */ error) => [error],
      );
      assert.ok(thrown === reason);
    }
  }
  await afterwards();
});

const SHIELD = 2,
  AGAIN = 4;
test('an error that went through tasks, and what is over them, is the same object', async () => {
  const odd = Object.assign(new Error(), { name: 'AbortError', message: { toString: boom } });
  for (const reason of [
    new Error('plain', { cause: new Error('cause') }),
    new DOMException('aborted', 'AbortError'),
    new DOMException('', 'AbortError'),
    new DOMException('late', 'TimeoutError'),
    Object.assign(new Error('an\0odd\nmessage'), { name: 'TimeoutError' }),
    odd,
    new CawError('ValueError', 'ours'),
    7,
  ]) {
    const aborts = /** @type {any} */ (reason).name === 'AbortError';
    for (const how of [0, 1, 2, 3, 4]) {
      if ((how === SHIELD || how === AGAIN) && aborts) continue; // as asyncio's: one more CancelledError
      for (const promise of [Promise.reject(reason), new Promise((_, reject) => setImmediate(reject, reason))]) {
        const [thrown] = await x.wait_through(promise, how).then(
          () => [],
          (/** @type {unknown} */ error) => [error],
        );
        assert.ok(thrown === reason, `${how}: ${thrown?.constructor?.name}`);
      }
    }
  }
  await afterwards();
});

test('thenables of every bad kind', async () => {
  const evil = [
    { then: (/** @type {any} */ resolve) => (resolve(1), resolve(2), boom()) },
    { then: (/** @type {any} */ _, /** @type {any} */ reject) => (reject(new Error('no')), reject(), boom()) },
    { get then() { return boom(); } }, // prettier-ignore
    Object.defineProperty(Promise.resolve(3), 'constructor', { get: boom }),
    Object.defineProperty(Promise.resolve(3), 'then', { get: boom }),
    Object.assign(Promise.resolve(3), { then: (/** @type {any} */ resolve) => (resolve(4), resolve(5)) }),
    revoked(),
    proxy(boom),
  ];
  let looks = 0;
  const { then } = Promise.prototype;
  const twice = (/** @type {any} */ resolve) => (resolve(1), resolve(2));
  evil.push(Object.defineProperty(Promise.resolve(6), 'then', { get: () => (looks++ ? twice : then) }));
  for (const thenable of evil) {
    await Promise.allSettled([x.wait_any(thenable), x.wait_object(thenable), x.wait_number(thenable)]);
    await afterwards();
  }
});

test('a result that JavaScript cannot have rejects the call', async () => {
  for (const wait of [false, true]) {
    assert.match((await rejection(x.pointer(wait))).message, /C pointer has no JavaScript value/);
    assert.ok((await rejection(x.long_text(2 ** 29 + 24, wait))) instanceof Error);
  }
  await afterwards();
});

test('Error.prepareStackTrace is the program’s own', async () => {
  const { prepareStackTrace } = Error;
  try {
    for (const made of [(/** @type {any} */ _, /** @type {any} */ frames) => frames, boom, () => undefined, () => 5]) {
      Error.prepareStackTrace = made;
      for (const wait of [false, true]) assert.equal((await rejection(x.fails(wait))).type, 'ValueError');
    }
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
  await afterwards();
});

test('options are checked before C is entered', async () => {
  const { length } = Object.keys(app.stats());
  assert.ok(length > 0);
  const bad = [
    [{ signal: new AbortController() }, /its signal is no AbortSignal: give controller\.signal/],
    [{ signal: 'text' }, /its signal is no AbortSignal/],
    [new AbortController().signal, /its options are an object, {signal}, or left out; got an object \(AbortSignal\)/],
    [[], /its options are .*; got an array/],
    [new Map(), /its options are .*; got an object \(Map\)/],
    [Promise.resolve({}), /its options are .*; got an object \(Promise\)/],
    [{ signl: new AbortController().signal }, /'signl' is no option of a call; there is: signal/],
    [{ get signal() { return boom(); } }, /boom/], // prettier-ignore
    [proxy(boom), /boom/],
    [{ signal: { aborted: false, addEventListener() {} } }, /its signal cannot be listened to/],
    [
      { signal: { aborted: false, addEventListener: () => { throw Symbol('no'); }, removeEventListener() {} } }, // prettier-ignore
      /its signal cannot be listened to: Symbol\(no\)/,
    ],
    [null, /options/],
    [5, /expected 1 arguments and perhaps \{signal\}, got 2/],
  ];
  for (const [options, message] of bad) {
    const error = await rejection(/** @type {any} */ (x.nap)(0.001, options));
    assert.match(String(error?.message), /** @type {RegExp} */ (message));
    assert.equal(app.stats().calls, 0);
  }
  await x.nap(0, {});
  await x.nap(0, { signal: undefined });
  await afterwards();
});

test('a signal that misbehaves only later comes between nobody', async () => {
  for (const key of ['aborted', 'reason', 'addEventListener', 'removeEventListener']) {
    const { signal } = new AbortController();
    const first = x.nap(0.001, { signal });
    Object.defineProperty(signal, key, { get: boom });
    const second = x.nap(0.001, { signal }).catch(() => {});
    await Promise.all([first, second]);
    await afterwards();
  }
});

test('a NUL inside a string is refused where C would not see what follows, and kept where its length goes with it', async () => {
  assert.match((await rejection(x.first_letter('a\0b'))).message, /first_letter: argument 1 \(text\): a NUL inside/);
  assert.equal(await x.length_of('a\0b'), 3);
  assert.equal(await x.length_of(new Uint8Array(5)), 5);
  assert.ok((await rejection(x.length_of(5))) instanceof TypeError);
  await afterwards();
});

test('causes go as deep as they go, and a TimeoutError says where it comes from in C', async () => {
  let depth = 0;
  for (let error = await rejection(x.chain(300)); error; error = error.cause) depth++;
  assert.equal(depth, 301);
  const late = await rejection(x.late(0.001));
  assert.equal(late.name, 'TimeoutError');
  assert.match(late.stack, /at late \(.*hostile\.c:\d+\)/);
  await afterwards();
});

test('onReport throws: nobody is left waiting', async () => {
  const { error } = console;
  const said = [];
  console.error = (...args) => said.push(args);
  try {
    const loud = await start(source, { onReport: boom });
    assert.equal(await loud.x.reports(), 1);
    quiet(loud.app);
    const both = [loud.x.nap(10), loud.x.trap()];
    for (const call of both) assert.equal((await rejection(call)).type, 'Trap');
  } finally {
    console.error = error;
  }
  assert.equal(said.length, 2);
});

test('print calls an export: each line comes once, and the call runs when the line is out', async () => {
  /** @type {string[]} */
  const lines = [];
  /** @type {Promise<unknown>[]} */
  const calls = [];
  const { app, x } = await start(source, {
    print(line) {
      lines.push(line);
      if (lines.length < 3) calls.push(x.prints(2));
    },
  });
  await x.prints(3);
  await Promise.all(calls);
  assert.deepEqual(lines.sort(), ['line 1 of 2', 'line 1 of 2', 'line 1 of 3', 'line 2 of 2', 'line 2 of 2', 'line 2 of 3', 'line 3 of 3']); // prettier-ignore
  quiet(app);
});

test('arguments of a C function that cannot cross leak nothing', async () => {
  const f = await x.function();
  assert.equal(f(1, 'two', {}), 3);
  const before = app.stats();
  for (let n = 0; n < 100; n++) {
    assert.throws(() => f('text', {}, detached()), TypeError);
    assert.throws(() => f('text', { a: 1 }, 2n ** 70n, detached()), TypeError);
  }
  assert.deepEqual(app.stats(), before);
});

test('destroy runs with the instance, and the memory goes with it', async () => {
  const { app, x, printed } = await start(source);
  const f = await x.telling();
  const error = await rejection(x.fails(false));
  app[Symbol.dispose]();
  assert.deepEqual(printed, ['given back']);
  assert.throws(() => f(), /disposed/);
  assert.match(String(await rejection(x.nap(1))), /disposed/);
  assert.equal(error.type, 'ValueError');
});
