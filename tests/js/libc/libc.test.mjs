// The C library in a page: output by lines, clocks, randomness, environment, assert, exit.

import assert from 'node:assert/strict';
import test from 'node:test';
import { rejection, start } from '../harness.mjs';

const source = new URL('libc.c', import.meta.url);

test('stdout comes by lines; the rest of a line when CAW_MAIN has ended', async () => {
  const { app, printed } = await start(source);
  await app.done;
  assert.deepEqual(printed, ['one', 'two', '', 'no end']);
});

test('lines of any length, in parts, with characters cut in the middle', async () => {
  const { app, x, printed } = await start(source);
  await app.done;
  printed.length = 0;
  await x.say('half');
  await x.say(' and half\n');
  await x.say('x'.repeat(10_000) + '\n');
  assert.deepEqual(printed, ['half and half', 'x'.repeat(10_000)]);
  printed.length = 0;
  const rocket = new TextEncoder().encode('🚀\n');
  await x.say_bytes(rocket.subarray(0, 2));
  await x.say_bytes(rocket.subarray(2));
  await x.say_bytes(new Uint8Array([0x66, 0xff, 0x0a]));
  assert.deepEqual(printed, ['🚀', 'f\ufffd']);
});

test('stderr has its own callback; a callback that throws is reported', async () => {
  const { app, x, printed, reports } = await start(source, {
    print: () => {
      throw new Error('print broke');
    },
  });
  await app.done;
  await x.complain('wrong');
  assert.deepEqual(printed, ['err: wrong']);
  assert.match(reports[0], /print broke/);
});

test('stdout and stderr, where they are given, get the bytes as they are written; what fails is an error of the write', async () => {
  /** @type {unknown[]} */
  const takes = [2, undefined, 0, 1e9, new Error('stdout broke'), undefined];
  /** @type {string[]} */
  const got = [];
  const keep = (/** @type {Uint8Array} */ bytes) => void got.push(new TextDecoder().decode(bytes));
  let failing = false;
  const { app, x, printed, reports } = await start(source, {
    stdout(/** @type {Uint8Array} */ bytes) {
      keep(bytes);
      const next = failing ? takes.shift() : undefined;
      if (next instanceof Error) throw next;
      return next;
    },
    stderr: keep,
  });
  await app.done;
  assert.deepEqual([got.join(''), printed], ['one\ntwo\n\nno end', []]);
  got.length = 0;
  await x.complain('wrong');
  failing = true;
  const text = new TextEncoder().encode('half');
  for (let n = 0; n < 6; n++) await x.say_bytes(text);
  assert.deepEqual(got, ['wrong\n', ...takes.map(() => ''), ...Array.from({ length: 6 }, () => 'half')]);
  assert.equal(reports.length, 3);
  assert.match(reports[0], /the stdout function gave the number 0 for 4 bytes/);
  assert.match(reports[2], /the stdout function threw: .*stdout broke/);
});

test('stdout may hand its bytes over to another thread', async () => {
  const got = /** @type {Uint8Array[]} */ ([]);
  const { app, x, reports } = await start(source, {
    stdout: (/** @type {Uint8Array} */ bytes) =>
      void got.push(structuredClone(bytes, { transfer: [/** @type {ArrayBuffer} */ (bytes.buffer)] })),
  });
  await app.done;
  got.length = 0;
  await x.say_bytes(new TextEncoder().encode('half'));
  assert.deepEqual(
    got.map((bytes) => new TextDecoder().decode(bytes)),
    ['half'],
  );
  assert.deepEqual(reports, []);
});

test('standard input, where it is given: lines in pieces, its end, what fails', async () => {
  const long = `${'x'.repeat(100_000)}\n`;
  /** @type {unknown[]} */
  const given = [
    'first\nsec',
    'ond\n',
    '',
    long,
    'last',
    '',
    new Error('stdin broke'),
    -1,
    1e9,
    NaN,
    'x',
    'one more\n',
  ];
  let left = new Uint8Array();
  const { app, x, reports } = await start(source, {
    stdin(/** @type {Uint8Array} */ bytes) {
      if (left.length === 0) {
        const next = given.shift();
        if (next instanceof Error) throw next;
        if (typeof next !== 'string') return next;
        left = new TextEncoder().encode(next);
      }
      const part = left.subarray(0, bytes.length);
      bytes.set(part);
      left = left.subarray(part.length);
      return part.length;
    },
  });
  await app.done;
  for (const line of [
    'first\n',
    'second\n',
    'end',
    long,
    'last',
    'failed',
    'failed',
    'failed',
    'failed',
    'xone more\n',
  ])
    assert.equal(await x.line(), line);
  assert.equal(reports.length, 4);
  assert.match(reports[0], /stdin broke/);
  assert.match(reports[1], /the stdin function gave the number -1 for \d+ bytes/);
});

test('environment, clocks, randomness, stdin', async () => {
  const { x } = await start(source, { env: { NAME: 'wert ü', OTHER: '' } });
  assert.equal(await x.env('NAME'), 'wert ü');
  assert.equal(await x.env('ABSENT'), '');
  for (const [real, now] of /** @type {[boolean, () => number][]} */ ([
    [true, () => Date.now()],
    [false, () => performance.now()],
  ])) {
    const before = now();
    const inside = (await x.clocks(real)) * 1000;
    assert.ok(before - 2 < inside && inside < now() + 2, `${before}, ${inside}, ${now()}`); // browsers and Node round
  }
  assert.ok(Number(await x.noise(100_000)) < 1000);
  assert.equal(await x.reads(), 0, 'at its end');
});

test('clocks and randomness that the program has broken are an error of the call, and no trap', async () => {
  const { app, x, reports } = await start(source);
  const { now } = Date;
  const { crypto } = globalThis;
  const getRandomValues = () => {
    throw new Error('no noise');
  };
  try {
    Date.now = () => NaN;
    Object.defineProperty(globalThis, 'crypto', { configurable: true, value: { getRandomValues } });
    await x.clocks(true);
    assert.equal((await rejection(x.noise(10))).type, 'OSError');
  } finally {
    Date.now = now;
    Object.defineProperty(globalThis, 'crypto', { configurable: true, writable: true, value: crypto });
  }
  assert.match(
    reports.join(),
    /^cawait: clock_time_get failed: RangeError.*,cawait: random_get failed: Error: no noise$/,
  );
  assert.ok(Number(await x.noise(10)) < 256);
  await app.done;
});

test('assert says what and where, and the instance is over', async () => {
  const { app, x, printed } = await start(source);
  await app.done;
  await x.asserts(true);
  const error = await rejection(x.asserts(false));
  assert.equal(error.type, 'Trap');
  assert.match(printed.join('\n'), /it must be good.*libc\.c|libc\.c.*it must be good/s);
});

test('exit ends the instance: what is pending is rejected with the code', async () => {
  const { app, x, printed } = await start(source);
  await app.done;
  printed.length = 0;
  const waiting = x.waits();
  const error = await rejection(x.leaves(3));
  assert.equal(error.type, 'SystemExit');
  assert.match(error.message, /exit code 3/);
  assert.equal(await rejection(waiting), error);
  assert.equal(await rejection(x.say('more')), error);
  assert.deepEqual(printed, ['leaving']);
});
