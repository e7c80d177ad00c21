// Structs of C as plain objects, runs of numbers as typed arrays: both ways, in async and plain functions, and all that can be wrong.

import assert from 'node:assert/strict';
import test from 'node:test';
import { CawError } from '../../../dist/js/node.js';
import { quiet, rejection, settled, start } from '../harness.mjs';

const source = new URL('compound.c', import.meta.url);
const { app, x, reports } = await start(source);
const p = Object.freeze({ x: 1, y: 2, id: 3 });

/** What a call throws; it must. @param {() => unknown} call @returns {any} */
function thrown(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  return assert.fail('expected a throw');
}

/** C was not entered, and nothing is left. @param {() => unknown} calls */
async function unseen(calls) {
  const before = x.entries();
  await calls();
  assert.equal(x.entries(), before);
  quiet(app);
}

test('a struct: in, and out as a plain object of its own', async () => {
  assert.deepEqual(x.moved(p, 0.5), { x: 1.5, y: 2.5, id: 4 });
  assert.deepEqual(await x.moved_at_once(0.5, p), { x: 1.5, y: 2.5, id: 4 });
  const first = x.moved_later(p, 1);
  const second = x.moved_later({ x: NaN, y: -Infinity, id: -(2 ** 31) }, 0);
  assert.deepEqual(await first, { x: 2, y: 3, id: 4 });
  assert.deepEqual(await second, { x: NaN, y: -Infinity, id: -(2 ** 31) + 1 });
  const out = x.moved(p, 0);
  assert.equal(Object.getPrototypeOf(out), Object.prototype);
  assert.deepEqual(Object.keys(out), ['x', 'y', 'id']);
  assert.deepEqual(x.moved(out, 0), { x: 1, y: 2, id: 5 });
  quiet(app);
});

test('fields may be inherited, or be getters', () => {
  class Point {
    get x() {
      return 1;
    }
    get y() {
      return x.moved(p, 1).y; // C is not entered yet
    }
  }
  assert.deepEqual(x.moved(Object.assign(new Point(), { id: 7 }), 1), { x: 2, y: 4, id: 8 });
  assert.deepEqual(x.moved(Object.create(p), 1), { x: 2, y: 3, id: 4 });
  quiet(app);
});

test('each type of field at its limits, aligned, between other arguments', () => {
  const least = {
    flag: false,
    l: -(2n ** 63n),
    b: -128,
    ul: 0n,
    ub: 0,
    f: -1.5,
    h: -32768,
    d: -Number.MAX_VALUE,
    uh: 0,
    i: -(2 ** 31),
    c: -128,
    u: 0,
  };
  const greatest = {
    flag: true,
    l: 2n ** 63n - 1n,
    b: 127,
    ul: 2n ** 64n - 1n,
    ub: 255,
    f: 0.25,
    h: 32767,
    d: Number.MIN_VALUE,
    uh: 65535,
    i: 2 ** 31 - 1,
    c: 127,
    u: 2 ** 32 - 1,
  };
  const bytes = new Uint8Array(3);
  for (const text of ['a', 'ab', 'abc', 'abcd', 'abcdefg']) {
    assert.deepEqual(x.same(text, least, bytes, greatest, {}), least);
    assert.deepEqual(x.same(text, greatest, bytes, least, {}), greatest);
    assert.deepEqual(x.same(`b${text}`, least, bytes, greatest, {}), greatest);
  }
  assert.deepEqual(
    x.same('a', { ...least, l: 5 }, bytes, least, {}),
    { ...least, l: 5n },
    'a safe integer as an int64',
  );
  quiet(app);
});

test('a struct in a struct; one that somebody else has declared; one of many bytes', async () => {
  const line = { from: { x: 1, y: 2, id: 3 }, dotted: true, to: { x: 4, y: 5, id: 6 } };
  assert.deepEqual(x.turned({ line, width: 0.5 }), {
    line: { from: line.to, dotted: false, to: line.from },
    width: 0.5,
  });
  assert.deepEqual(x.counted({ count: 1, value: 2.5 }), { count: 2, value: 2.5 }, 'the rest of it is zero');
  const eight = Object.fromEntries([...'abcdefgh'].map((name, n) => [name, BigInt(n + 1)]));
  const many = Object.fromEntries([...'abcdefghijkl'].map((name) => [name, { ...eight }]));
  const expected = structuredClone(many);
  expected.l.h = 1n + 2n + 8n;
  assert.deepEqual(x.sums(many), expected);
  assert.deepEqual(await x.sums_later(many, false), expected);
  assert.deepEqual(await x.sums_later(many, true), expected);
  quiet(app);
});

test('an error in place of a struct', async () => {
  for (const error of [await rejection(x.fails(true)), await rejection(x.fails(false)), thrown(() => x.throws())]) {
    assert.ok(error instanceof CawError);
    assert.equal(error.type, 'ValueError');
    assert.equal(error.message, 'no point');
  }
  const controller = new AbortController();
  const call = x.waits(p, { signal: controller.signal });
  controller.abort();
  assert.equal(await rejection(call), controller.signal.reason);
  quiet(app);
});

test('a wrong struct is a TypeError that names the argument and the field', () =>
  unseen(async () => {
    const line = { from: p, dotted: true, to: p };
    for (const [call, text] of /** @type {[() => unknown, string][]} */ ([
      [() => x.moved({ ...p, x: '1' }, 1), 'moved: argument 1 (p): field x: expected a number, got a string'],
      [() => x.moved({ ...p, x: null }, 1), 'moved: argument 1 (p): field x: expected a number, got null'],
      [
        () => x.moved({ ...p, id: NaN }, 1),
        'moved: argument 1 (p): field id: expected an integer from -2147483648 to 2147483647, got the number NaN',
      ],
      [
        () => x.moved({ ...p, id: 2 ** 31 }, 1),
        'moved: argument 1 (p): field id: expected an integer from -2147483648 to 2147483647, got the number 2147483648',
      ],
      [() => x.moved({ x: 1, id: 2 }, 1), 'moved: argument 1 (p): field y is missing, or undefined'],
      [() => x.moved({ ...p, y: undefined }, 1), 'moved: argument 1 (p): field y is missing, or undefined'],
      [() => x.moved({ ...p, z: 1 }, 1), 'moved: argument 1 (p): z is no field of point, which has x, y, id'],
      [() => x.moved([1, 2, 3], 1), 'moved: argument 1 (p): field x is missing, or undefined'],
      [() => x.moved(null, 1), 'moved: argument 1 (p): expected an object (point), got null'],
      [() => x.moved('p', 1), 'moved: argument 1 (p): expected an object (point), got a string'],
      [() => x.moved(p, '1'), 'moved: argument 2 (by): expected a number, got a string'],
      [() => x.moved(p), 'moved(p: point, by: number): expected 2 arguments, got 1'],
      [
        () => x.turned({ line: { ...line, to: { ...p, y: 1n } }, width: 1 }),
        'turned: argument 1 (d): field line.to.y: expected a number, got the BigInt 1n',
      ],
      [
        () => x.turned({ line: { ...line, to: 5 }, width: 1 }),
        'turned: argument 1 (d): field line.to: expected an object (point), got the number 5',
      ],
      [
        () => x.turned({ line: { ...line, till: p }, width: 1 }),
        'turned: argument 1 (d): line.till is no field of line, which has from, dotted, to',
      ],
      [
        () => x.counted({ count: 1, value: 1, text: '' }),
        'counted: argument 1 (in): text is no field of foreign, which has count, value',
      ],
    ])) {
      const error = thrown(call);
      assert.ok(error instanceof TypeError);
      assert.equal(error.message, text);
    }
    const error = await rejection(x.moved_later({ ...p, x: '1' }, 1));
    assert.ok(error instanceof TypeError);
    assert.equal(error.message, 'moved_later: argument 1 (p): field x: expected a number, got a string');
  }));

test('a field that throws when it is read: its error is the cause', () =>
  unseen(async () => {
    const boom = new RangeError('boom');
    const bad = {
      ...p,
      get y() {
        throw boom;
      },
    };
    for (const error of [thrown(() => x.moved(bad, 1)), await rejection(x.moved_later(bad, 1))]) {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /\(p\): field y: reading it threw RangeError: boom$/);
      assert.equal(error.cause, boom);
    }
    const keys = new Proxy(p, {
      ownKeys() {
        throw boom;
      },
    });
    assert.match(thrown(() => x.moved(keys, 1)).message, /\(p\): its fields cannot be read: RangeError: boom$/);
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    assert.match(thrown(() => x.moved(proxy, 1)).message, /\(p\): field x: reading it threw TypeError/);
  }));

test('a field that aborts the call when it is read: the body never runs', () =>
  unseen(async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const aborting = {
      ...p,
      get x() {
        controller.abort();
        return 1;
      },
    };
    assert.equal(await rejection(x.waits(aborting, { signal })), signal.reason);
  }));

test('a field that ends the instance when it is read', async () => {
  for (const how of ['moved', 'moved_later']) {
    const other = await start(source);
    const ending = {
      ...p,
      get x() {
        other.app[Symbol.dispose]();
        return 1;
      },
    };
    const error = await (async () => other.x[how](ending, 1))().catch((error) => error);
    assert.equal(error.type, 'Disposed');
  }
});

test('an array of each type, empty and long, any view of it', () => {
  for (const [name, Type, values] of /** @type {[string, any, any[]][]} */ ([
    ['int8s', Int8Array, [-64, 63]],
    ['uint8s', Uint8Array, [0, 127]],
    ['int16s', Int16Array, [-16384, 16383]],
    ['uint16s', Uint16Array, [0, 32767]],
    ['int32s', Int32Array, [-(2 ** 30), 2 ** 30 - 1]],
    ['uint32s', Uint32Array, [0, 2 ** 31 - 1]],
    ['int64s', BigInt64Array, [-(2n ** 62n), 2n ** 62n - 1n]],
    ['uint64s', BigUint64Array, [0n, 2n ** 63n - 1n]],
    ['floats', Float32Array, [0.25, NaN]],
    ['doubles', Float64Array, [-0, Number.MIN_VALUE]],
  ])) {
    const twice = x[`twice_caw_${name}`];
    const two = typeof values[0] === 'bigint' ? 2n : 2;
    const expected = Type.from(values, (/** @type {any} */ value) => value * two);
    assert.deepEqual(twice(Type.from(values)), expected, name);
    assert.deepEqual(twice(new Type()), new Type());
    const long = new Type(100_000).fill(values[1]);
    assert.equal(twice(long).length, 100_000);
    const size = Type.BYTES_PER_ELEMENT;
    const buffer = new ArrayBuffer(size * 5);
    new Type(buffer, size, 2).set(values);
    assert.deepEqual(twice(new Type(buffer, size, 2)), expected, 'a part of a buffer');
    if ('SharedArrayBuffer' in globalThis) {
      const shared = new Type(new SharedArrayBuffer(size * 2));
      shared.set(values);
      assert.deepEqual(twice(shared), expected, 'a shared one'); // pages that are not isolated have none
    }
  }
  quiet(app);
});

test('a buffer that is resized, or gone', () =>
  unseen(async () => {
    const buffer = new ArrayBuffer(16, { maxByteLength: 64 });
    const whole = new Float64Array(buffer);
    const part = new Float64Array(buffer, 8, 1);
    buffer.resize(32);
    assert.deepEqual(x.twice_caw_doubles(whole), new Float64Array(4));
    buffer.resize(8);
    assert.deepEqual(x.twice_caw_doubles(whole), new Float64Array(1));
    assert.match(thrown(() => x.twice_caw_doubles(part)).message, /\(in\): its buffer was detached, or is too short/);
    const gone = new Float64Array(2);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    assert.match(thrown(() => x.twice_caw_doubles(gone)).message, /\(in\): its buffer was detached, or is too short/);
    assert.match(
      (await rejection(x.mean(gone, true))).message,
      /^mean: argument 1 \(numbers\): its buffer was detached/,
    );
    // A struct's getter is asked first: an array that it takes away is not read.
    const floats = new Float32Array(1);
    const taking = {
      ...p,
      get x() {
        structuredClone(floats.buffer, { transfer: [floats.buffer] });
        return 1;
      },
    };
    assert.match(
      thrown(() => x.mixed(taking, floats, '', new Uint8Array(), '', 1)).message,
      /\(floats\): its buffer was detached/,
    );
  }));

test('what is no array of this type is a TypeError that names it', () =>
  unseen(async () => {
    const lying = Object.defineProperty(new Float32Array(1), Symbol.toStringTag, { value: 'Float64Array' });
    for (const [value, text] of /** @type {[unknown, RegExp][]} */ ([
      [[1, 2], /got an array$/],
      [new Float32Array(1), /got an object \(Float32Array\)$/],
      [lying, /expected a Float64Array, got/],
      [new DataView(new ArrayBuffer(8)), /got an object \(DataView\)$/],
      [new ArrayBuffer(8), /got an object \(ArrayBuffer\)$/],
      [new Proxy(new Float64Array(1), {}), /expected a Float64Array, got/],
      [null, /got null$/],
      ['12345678', /got a string$/],
    ])) {
      const error = await rejection(x.mean(value, false));
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /^mean: argument 1 \(numbers\): expected a Float64Array, got /);
      assert.match(error.message, text);
    }
  }));

test('an array is copied when the call begins, and lives as long as C holds it', async () => {
  const numbers = new Float64Array([1, 2, 6]);
  const mean = x.mean(numbers, true);
  numbers.fill(100);
  assert.equal(await mean, 3);
  assert.equal(await x.mean(new Float64Array([1, 2]), false), 1.5);
  for (const wait of [false, true]) {
    const given = new Float32Array([1, 2, 3]);
    const back = await x.given_back(given, wait);
    assert.deepEqual(back, given);
    assert.notEqual(back.buffer, given.buffer);
  }
  const { buffer } = app.memory;
  const own = new Float32Array(buffer, buffer.byteLength - 64 * 1024); // of C's own memory, which grows for the copy
  const seen = [...own];
  assert.deepEqual([...(await x.given_back(own, false))], seen);
  x.keep(new Int32Array([1, 2, 3]));
  assert.equal(app.stats().blocks, 1);
  assert.equal(x.kept_sum(), 6);
  quiet(app);
});

test('a result that nobody takes is given back; NULL is no array', async () => {
  const other = await start(source);
  const call = other.x.stubborn();
  await settled();
  assert.equal(other.app.stats().calls, 1);
  await other.app[Symbol.asyncDispose]();
  assert.equal((await call).length, 2, 'it ended in time');
  const controller = new AbortController();
  const aborted = x.stubborn({ signal: controller.signal });
  await settled();
  controller.abort();
  assert.deepEqual(await aborted, new Float64Array([1, 2]), 'it has caught the cancellation');
  assert.equal(thrown(() => x.none()).type, 'MemoryError');
  quiet(app);
});

test('structs, arrays, text and numbers in one call', () => {
  const sum = x.mixed(p, new Float32Array([0.5, 0.25]), 'abc', new Uint8Array([1, 2]), 'a\0b', 2);
  assert.equal(sum, 2 * (1 + 2 + 0.75 + 3 + 3 + 3));
  quiet(app);
});

test('20,000 calls leave nothing, and no more memory than before', () => {
  const floats = new Float32Array(100);
  x.given_back(floats, false);
  const { bytes } = app.stats();
  for (let n = 0; n < 20_000; n++) {
    x.moved(p, n);
    x.twice_caw_floats(floats);
    if (n % 10 === 0) thrown(() => x.moved({ ...p, z: 1 }, n));
  }
  assert.equal(app.stats().bytes, bytes);
  assert.deepEqual(reports, []);
});
