// Loading from everything there is, and refusing what cannot run with a text that says what to do.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { CawError, load } from '../../../dist/js/node.js';
import { build, rejection } from '../harness.mjs';

const bytes = await build(new URL('plain.c', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'cawait-load-'));
const file = pathToFileURL(join(folder, 'plain.wasm'));
writeFileSync(file, bytes);

/** @type {Record<string, number>} */
const asked = {};
let fails = true;
const server = createServer((request, response) => {
  const path = request.url ?? '';
  asked[path] = (asked[path] ?? 0) + 1;
  if (path === '/missing.wasm') return void response.writeHead(404).end('<!doctype html><h1>no</h1>');
  if (path === '/once.wasm' && fails) return void ((fails = false), response.writeHead(503).end());
  if (path === '/page.wasm')
    return void response.writeHead(200, { 'content-type': 'text/html' }).end(' <!doctype html>');
  const mime = path === '/wrong-mime.wasm' ? 'text/plain' : 'application/wasm';
  response.writeHead(200, { 'content-type': mime }).end(path === '/damaged.wasm' ? bytes.subarray(0, 200) : bytes);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
const base = `http://127.0.0.1:${/** @type {any} */ (server.address()).port}`;
after(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

/** @param {any} source */
async function works(source) {
  const app = await load(source);
  assert.equal(await app.exports.answer(), 42);
  assert.equal(await app.done, 0, 'no CAW_MAIN');
  app[Symbol.dispose]();
}

test('bytes, buffers, views, modules, promises of them', async () => {
  await works(bytes);
  await works(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const padded = new Uint8Array(bytes.length + 6);
  padded.set(bytes, 3);
  await works(new DataView(padded.buffer, 3, bytes.length));
  await works(await WebAssembly.compile(bytes));
  await works(Promise.resolve(bytes));
});

test('file: and http: addresses, as URL and as text; a Response', async () => {
  await works(file);
  await works(file.href);
  await works(`${base}/app.wasm`);
  await works(new URL(`${base}/app.wasm`));
  await works(await fetch(`${base}/app.wasm`));
  await works(fetch(`${base}/app.wasm`));
});

test('an address is fetched and compiled once', async () => {
  const url = `${base}/shared.wasm`;
  await Promise.all([works(url), works(url), works(new URL(url))]);
  await works(url);
  assert.equal(asked['/shared.wasm'], 1);
});

test('a failure is not kept', async () => {
  const error = await rejection(load(`${base}/once.wasm`));
  assert.match(error.message, /once\.wasm: HTTP status 503/);
  await works(`${base}/once.wasm`);
});

test('a wrong MIME type loads with a warning that says what to do', async () => {
  const { warn } = console;
  /** @type {string[]} */
  const warned = [];
  console.warn = (text) => warned.push(text);
  try {
    await works(`${base}/wrong-mime.wasm`);
    await works(`${base}/app.wasm`);
  } finally {
    console.warn = warn;
  }
  assert.equal(warned.length, 1);
  assert.match(warned[0] ?? '', /wrong-mime\.wasm was served as 'text\/plain': serve \.wasm as application\/wasm/);
});

test('what is not there', async () => {
  assert.match((await rejection(load(`${base}/missing.wasm`))).message, /missing\.wasm: HTTP status 404/);
  assert.match(
    (await rejection(load(new URL('absent.wasm', file)))).message,
    /cannot read file:.*absent\.wasm.*ENOENT/,
  );
  const relative = await rejection(load('relative.wasm'));
  assert.match(relative.message, /give new URL\('relative\.wasm', import\.meta\.url\)/);
});

test('what is no WebAssembly', async () => {
  for (const [source, text] of /** @type {[any, RegExp][]} */ ([
    [new Uint8Array(), /the buffer is not a WebAssembly module: it is empty/],
    [new TextEncoder().encode('hello, world'), /it begins with "hello, world"/],
    [`${base}/page.wasm`, /page\.wasm is not a WebAssembly module: it is an HTML page/],
    [bytes.subarray(0, 100), /the buffer is damaged/],
    [Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0), /the buffer is a component: .*--host js/],
    [`${base}/damaged.wasm`, /damaged\.wasm is damaged/],
    [42, /load\(\) takes a URL, a Response, bytes or a WebAssembly\.Module/],
    [null, /load\(\) takes/],
  ])) {
    const { warn } = console;
    console.warn = () => {};
    const error = await rejection(load(source)).finally(() => (console.warn = warn));
    assert.ok(error instanceof CawError);
    assert.equal(error.type, 'LoadError');
    assert.match(error.message, text);
  }
});

/** A module written by hand: sections of bytes. @param {number[][]} sections */
const module = (...sections) => new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
/** @param {string} text */
const name = (text) => [text.length, ...Buffer.from(text)];
/** @param {number} id @param {number[]} body */
const section = (id, body) => [id, body.length, ...body];
/** A module whose caw_abi returns `abi`. @param {number} abi */
const abiModule = (abi) =>
  module(
    section(1, [1, 0x60, 0, 1, 0x7f]),
    section(3, [1, 0]),
    section(7, [1, ...name('caw_abi'), 0, 0]),
    section(10, [1, 4, 0, 0x41, abi, 0x0b]),
  );

test('a module that is not ours', async () => {
  assert.match((await rejection(load(module()))).message, /not built with cawait: build it/);
  const command = module(
    section(1, [1, 0x60, 0, 0]),
    section(3, [1, 0]),
    section(7, [1, ...name('_start'), 0, 0]),
    section(10, [1, 2, 0, 0x0b]),
  );
  assert.match((await rejection(load(command))).message, /this module is a WASI command: .*--host js/);
});

test('an older and a newer bridge', async () => {
  assert.match(
    (await rejection(load(abiModule(0)))).message,
    /version 0 of the bridge, this loader version 1: rebuild the module/,
  );
  assert.match(
    (await rejection(load(abiModule(9)))).message,
    /version 9 of the bridge, this loader version 1: update the npm package/,
  );
});

/** @param {string} from @param {string} what */
const importing = (from, what) =>
  module(
    section(1, [2, 0x60, 0, 1, 0x7f, 0x60, 0, 0]),
    section(2, [1, ...name(from), ...name(what), 0, 1]),
    section(3, [1, 0]),
    section(7, [1, ...name('caw_abi'), 0, 1]),
    section(10, [1, 4, 0, 0x41, 1, 0x0b]),
  );

test('an import that is not there is named, with what to do', async () => {
  assert.match(
    (await rejection(load(importing('caw', 'future_thing')))).message,
    /'caw\.future_thing'.*older or newer/,
  );
  assert.match(
    (await rejection(load(importing('env', 'helper')))).message,
    /'env\.helper'.*load\(source, \{ imports \}\)/,
  );
});

test("imports of the program's own", async () => {
  const app = await load(build(new URL('needs.c', import.meta.url)), {
    imports: { game: { score: (/** @type {number} */ n) => n * 100 } },
  });
  assert.equal(await app.exports.score(7), 700);
});

test('what they throw, whatever it is, ends the instance, and every call of it', async () => {
  const gone = Proxy.revocable({}, {});
  gone.revoke();
  for (const thrown of [new Error('mine'), Symbol('mine'), Object.create(null), gone.proxy, undefined]) {
    const throws = () => {
      throw thrown;
    };
    const app = await load(build(new URL('needs.c', import.meta.url)), {
      imports: { game: { score: throws } },
      onReport() {},
    });
    const error = await rejection(app.exports.score(7));
    assert.match(error.message, /^the module trapped \(/);
    assert.equal(error.cause, thrown);
    assert.equal(await rejection(app.exports.score(7)), error);
    assert.equal(app.stats().calls, 0);
    app[Symbol.dispose]();
  }
});

test('a file that was built anew: fresh compiles it, and what is loaded later; a query is another address', async () => {
  const changed = pathToFileURL(join(folder, 'changed.wasm'));
  /** The module with a section of its own, so that it can be told. @param {string} name */
  const marked = (name) => Buffer.concat([bytes, Buffer.from([0, name.length + 1, name.length]), Buffer.from(name)]);
  /** Which of them is at an address. @param {URL | string} address @param {import('../../../dist/js/node.js').Options} [options] */
  const which = async (address, options) => {
    const { instantiate } = WebAssembly;
    /** @type {WebAssembly.Module | undefined} */
    let module;
    WebAssembly.instantiate = /** @type {any} */ (
      (/** @type {any} */ given, /** @type {any} */ imports) => ((module = given), instantiate(given, imports))
    );
    (await load(address, options))[Symbol.dispose]();
    WebAssembly.instantiate = instantiate;
    return ['one', 'two'].find((name) => module && WebAssembly.Module.customSections(module, name).length);
  };
  writeFileSync(changed, marked('one'));
  assert.equal(await which(changed), 'one');
  writeFileSync(changed, marked('two'));
  assert.equal(await which(changed), 'one');
  assert.equal(await which(new URL('?2', changed)), 'two');
  assert.equal(await which(changed, { fresh: true }), 'two');
  assert.equal(await which(changed), 'two');
  assert.equal(await which(changed, { fresh: false }), 'two');
});
