// Node in other ways than usual: threads that are stopped, frozen intrinsics, few permissions, the globals of a page beside its own.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { load } from '../../../dist/js/node.js';
import { command } from '../../command.mjs';
import { check } from '../../places/check.js';
import { build } from '../harness.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'cawait-node-'));
const module = join(folder, 'place.wasm');
writeFileSync(module, await build(new URL('../../places/place.c', import.meta.url)));
after(() => rmSync(folder, { recursive: true }));

const place = pathToFileURL(module).href;
const js = (/** @type {string} */ name) => new URL(`../../../dist/js/${name}`, import.meta.url).href;
const checks = new URL('../../places/check.js', import.meta.url).href;

/** Runs the check in a Node of its own. @param {string[]} flags @param {string} [before] @param {string} [entry] @param {string} [source] */
async function checked(flags, before = '', entry = 'node.js', source = place) {
  const text = `${before}
    const { load } = await import('${js(entry)}');
    const { check } = await import('${checks}');
    console.log(JSON.stringify(await check(load, ${JSON.stringify(source)}, { url: 'data:,found' })));`;
  const script = join(folder, 'script.mjs');
  writeFileSync(script, text);
  const { status, output } = await command(process.execPath, ['--no-warnings', ...flags, script], { cwd: root });
  assert.equal(output, '[]\n');
  assert.equal(status, 0);
}

test('frozen intrinsics', () => checked(['--frozen-intrinsics']));

test('no permission but to read these files', () => {
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  const network = process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []; // that data: is
  return checked([permission, ...network, `--allow-fs-read=${root}*`, `--allow-fs-read=${folder}/*`]);
});

test('no code from strings', () => checked(['--disallow-code-generation-from-strings']));
test('no __proto__', () => checked(['--disable-proto=throw']));

const DOM = `
  globalThis.window = globalThis.self = globalThis;
  globalThis.document = { baseURI: '${pathToFileURL(folder).href}/index.html', createElement() {}, addEventListener() {} };
  globalThis.location = new URL(document.baseURI);
  Object.defineProperty(process.versions, 'electron', { value: '99.0.0' });
  process.type = 'renderer';`;

test('Node and a page at once, as in Electron: the entry of Node', async () => {
  await checked([], DOM);
  await checked([], DOM, 'node.js', './place.wasm'); // the page's address is the base
});

test('Node and a page at once, as in Electron: the entry of pages', async () => {
  // fetch of Electron reads its own schemes; the one of Node no file.
  const served = `${DOM}
    const { readFile } = await import('node:fs/promises');
    const { fetch } = globalThis;
    globalThis.fetch = async (url) => String(url).startsWith('file:')
      ? new Response(await readFile(new URL(url)), { headers: { 'content-type': 'application/wasm' } }) : fetch(url);`;
  await checked([], served, 'index.js', './place.wasm');
});

/** A thread that says 'ready' when its calls wait. @param {string} text */
const thread = (text) =>
  new Worker(
    `import('${js('node.js')}').then(async ({ load }) => {
       const { parentPort } = require('node:worker_threads');
       const app = await load('${place}');
       ${text}
       parentPort.postMessage('ready');
     });`,
    { eval: true },
  );

/** @param {Worker} worker */
const ready = (worker) =>
  new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });

test('threads that are stopped in the middle of calls leave the others alone', async () => {
  const app = await load(place);
  const nap = app.exports['nap']?.(0.05);
  const workers = [
    thread('app.exports.nap(3600); app.exports.twice(new Promise(() => {}));'),
    thread('app.exports.works(1e9);'),
    thread('app.exports.late(0.001).catch(() => {}); setInterval(() => app.exports.nap(0), 1);'),
  ];
  await Promise.all(workers.map(ready));
  assert.deepEqual(await Promise.all(workers.map((worker) => worker.terminate())), [1, 1, 1]);
  assert.ok((await nap) >= 0.05 - 2e-6);
  assert.deepEqual(await check(load, place), []);
  app[Symbol.dispose]();
});

test('a thread ends by itself when nothing of it waits, and its calls work', async () => {
  const worker = thread(
    `parentPort.postMessage(await (await import('${checks}')).check(load, '${place}')); app[Symbol.dispose]();`,
  );
  const exit = new Promise((resolve) => worker.once('exit', resolve));
  assert.deepEqual(await ready(worker), []);
  assert.equal(await exit, 0);
});

test('a module that was compiled in another thread', async () => {
  const source = await WebAssembly.compile(await build(new URL('../../places/place.c', import.meta.url)));
  const worker = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads');
     import('${js('node.js')}').then(async ({ load }) =>
       parentPort.postMessage(await (await import('${checks}')).check(load, workerData)));`,
    { eval: true, workerData: source },
  );
  assert.deepEqual(await ready(worker), []);
});
