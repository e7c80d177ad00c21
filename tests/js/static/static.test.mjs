// cawait/static: everything without import(), in places that have next to nothing: no codec, no timers, no fetch, no DOM classes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { load, tickedClock } from '../../../dist/js/static.js';
import { Utf8Decoder, Utf8Encoder } from '../../../dist/js/base/utf8.js';
import { command } from '../../command.mjs';
import { check } from '../../places/check.js';
import { build, rejection } from '../harness.mjs';

const source = new URL('../../places/place.c', import.meta.url);
const dist = new URL('../../../dist/js/', import.meta.url);

test('every part works', async () => {
  const bytes = await build(source);
  assert.deepEqual(await check(load, bytes, { url: 'data:,found' }), []);
  assert.deepEqual(await check(load, new Response(bytes, { headers: { 'content-type': 'application/wasm' } })), []);
});

test('nothing that it imports calls import()', () => {
  const seen = new Set([new URL('static.js', dist).href]);
  for (const script of seen) {
    const text = readFileSync(new URL(script), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
    assert.doesNotMatch(text, /\bimport\(/, script);
    for (const [, next = ''] of text.matchAll(/(?:from|import) '(\.[^']+)'/g)) seen.add(new URL(next, script).href);
  }
  const names = new Set([...seen].map((script) => script.slice(script.lastIndexOf('/') + 1)));
  for (const part of ['libc', 'values', 'promise', 'exports', 'fetch', 'interrupt', 'function'])
    assert.ok(names.has(`${part}.js`), part);
});

/** What an AudioWorklet of Chromium is without. */
const ABSENT = [
  ...[
    'TextDecoder',
    'TextEncoder',
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'setImmediate',
    'performance',
    'fetch',
  ],
  ...['Response', 'Request', 'Headers', 'URL', 'URLSearchParams', 'MessageChannel', 'AbortController', 'AbortSignal'],
  ...['queueMicrotask', 'Blob', 'crypto', 'SharedArrayBuffer', 'structuredClone', 'DOMException', 'navigator'],
  ...['process', 'Buffer'],
];

test('in a place that has nothing', async () => {
  const bytes = Buffer.from(await build(source)).toString('base64');
  const text = `
    import { check } from '${new URL('../../places/check.js', import.meta.url)}';
    const bytes = Uint8Array.from(Buffer.from('${bytes}', 'base64'));
    const turn = setInterval(() => clock?.tick(), 1);
    const { now } = Date;
    const { exit } = process;
    let clock;
    for (const name of ${JSON.stringify(ABSENT)}) delete globalThis[name];
    const { load, tickedClock } = await import('${new URL('static.js', dist)}');
    const refused = await load(bytes).catch((error) => error);
    console.log(refused.name, refused.message);
    clock = tickedClock(now);
    console.log(JSON.stringify(await check(load, bytes, { clock })));
    const no = await load('a.wasm', { clock }).catch((error) => error);
    console.log(no.name);
    exit();`;
  const { status, output } = await command(process.execPath, ['--input-type=module', '-'], { input: text });
  assert.match(output, /^LoadError cawait: there are no timers here: load\(source, \{ clock: tickedClock/);
  assert.equal(output.split('\n').slice(1).join('\n'), '[]\nReferenceError\n');
  assert.equal(status, 0);
});

test('a clock that is ticked', async () => {
  let now = 5000;
  const clock = tickedClock(() => now);
  const app = await load(await build(source), { clock });
  let done = '';
  const naps = [0.02, 0.01].map((s) => app.exports['nap']?.(s).then((took) => (done += `${s}:${took.toFixed(3)} `)));
  const turns = async (/** @type {number} */ ms) => {
    now += ms;
    clock.tick();
    await new Promise((resolve) => setImmediate(resolve));
  };
  await turns(9);
  assert.equal(done, '');
  await turns(1);
  assert.equal(done, '0.01:0.010 ');
  await turns(100);
  await Promise.all(naps);
  assert.equal(done, '0.01:0.010 0.02:0.110 ');
  app[Symbol.dispose]();
});

test('a timer that another takes away, and one that is set in a tick', () => {
  const clock = tickedClock(() => 10);
  const ran = /** @type {string[]} */ ([]);
  clock.setTimeout(() => {
    ran.push('a');
    clock.clearTimeout(/** @type {never} */ (b));
    clock.setTimeout(() => ran.push('c'), -5);
  }, -2);
  const b = clock.setTimeout(() => ran.push('b'), -1);
  clock.tick();
  assert.deepEqual(ran, ['a']);
  clock.tick();
  assert.deepEqual(ran, ['a', 'c']);
});

test('what is loaded without import() says what it is not', async () => {
  assert.match((await rejection(load(new Uint8Array(8)))).message, /is not a WebAssembly module/);
});

const random = (() => {
  let seed = 1;
  return (/** @type {number} */ n) => (seed = (seed * 48271) % 2147483647) % n;
})();

test('UTF-8 without a codec is as with one', () => {
  const bytesOf = [
    0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5,
    0xff, 0xbb,
  ];
  const host = new TextEncoder();
  const mine = new Utf8Encoder();
  for (let n = 0; n < 20_000; n++) {
    const bytes = Uint8Array.from({ length: random(8) }, () => bytesOf[random(bytesOf.length)] ?? 0);
    const options = { ignoreBOM: true };
    assert.equal(new Utf8Decoder().decode(bytes), new TextDecoder('utf-8', options).decode(bytes), `${bytes}`);
    const [one, two] = [new Utf8Decoder(), new TextDecoder('utf-8', options)];
    const cut = random(bytes.length + 1);
    for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)])
      assert.equal(one.decode(part, { stream: true }), two.decode(part, { stream: true }), `${bytes} cut at ${cut}`);
    assert.equal(one.decode(), two.decode());
    const text = Array.from({ length: random(6) }, () =>
      String.fromCharCode([0x41, 0x7f, 0x80, 0x7ff, 0x800, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xffff][random(10)] ?? 0),
    ).join('');
    assert.deepEqual(mine.encode(text), host.encode(text), JSON.stringify(text));
  }
});

test('the module is found by its name', async () => {
  const text = "import { load } from 'cawait/static'; console.log(typeof load);";
  const cwd = fileURLToPath(new URL('../../..', import.meta.url));
  const { status, output } = await command(process.execPath, ['--input-type=module', '-'], { cwd, input: text });
  assert.match(output, /function/);
  assert.equal(status, 0);
});
