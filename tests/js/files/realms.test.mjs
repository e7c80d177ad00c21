// Files that another realm has given, and what is put among them later.

import assert from 'node:assert/strict';
import test from 'node:test';
import vm from 'node:vm';
import { rejection, start } from '../harness.mjs';

const source = new URL('files.c', import.meta.url);
const IO = 29; // of WASI, which the C library has for errno

/** @param {Uint8Array} bytes */
const text = (bytes) => new TextDecoder().decode(bytes);

test('another realm’s Map and bytes; what the page puts there later that is none', async () => {
  const files = vm.runInNewContext(`new Map([['/bytes', new Uint8Array([65, 66])], ['/text', 'text']])`);
  const { x, reports } = await start(source, { files });
  assert.equal(await x.get('/bytes'), 'AB');
  assert.equal(await x.get('/text'), 'text');
  assert.equal(await x.put('/new', 'w', 'made'), 0);
  assert.equal(text(files.get('/new')), 'made');
  for (const wrong of [5, null, {}, new DataView(new ArrayBuffer(1))]) {
    files.set('/text', wrong);
    assert.equal((await rejection(x.get('/text'))).errno, IO);
    assert.match(reports.pop() ?? '', /files: '\/text' is .*, not a string or a Uint8Array/);
  }
});
