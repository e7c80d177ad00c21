// Files of a program: in memory, or none at all: then each call fails as POSIX says.

import assert from 'node:assert/strict';
import test from 'node:test';
import { rejection, start } from '../harness.mjs';

const source = new URL('files.c', import.meta.url);
// WASI's numbers, which the C library has for errno.
const EXIST = 20;
const IO = 29;
const ISDIR = 31;
const NOENT = 44;
const NOTDIR = 54;
const NOTEMPTY = 55;
const NOTSUP = 58; // what the C library makes of ENOSYS

/** @param {unknown} bytes */
const text = (bytes) => new TextDecoder().decode(/** @type {Uint8Array} */ (bytes));

test('without files a program that could open some loads, and finds none', async () => {
  const { x, reports } = await start(source);
  assert.equal(await x.put('/a.txt', 'w', 'text'), NOENT);
  assert.equal((await rejection(x.get('a.txt'))).errno, NOENT);
  assert.equal(await x.change('m', '/dir', ''), NOENT);
  assert.equal(await x.change('s', '/', ''), -NOENT);
  assert.equal(await x.sleeps(), NOTSUP);
  assert.match(reports.join('\n'), /has called poll_oneoff, which this host cannot do.*caw_sleep/);
});

test('a Map that throws is an error of the call, and no trap', async () => {
  class Broken extends Map {
    broken = false;
    /** @param {string} key @param {unknown} value */
    set(key, value) {
      if (this.broken) throw new Error('no place');
      return super.set(key, value);
    }
  }
  const files = new Broken([['/a', 'text']]);
  const { x, reports } = await start(source, { files });
  files.broken = true;
  assert.equal(await x.put('/a', 'w', 'other'), IO);
  files.broken = false;
  assert.match(reports[0] ?? '', /^cawait: \w+ failed: Error: no place$/);
  assert.equal(await x.put('/a', 'w', 'more'), 0);
  assert.equal(text(files.get('/a')), 'more');
});

test('what is given is found, what is written stands in the Map', async () => {
  /** @type {Map<string, Uint8Array | string>} */
  const files = new Map([
    ['/data/in.txt', 'in ü'],
    ['/bytes', new Uint8Array([65, 66])],
    ['/empty/', ''],
  ]);
  const { x } = await start(source, { files });
  assert.equal(await x.get('/data/in.txt'), 'in ü');
  assert.equal(await x.get('bytes'), 'AB', 'the root is the working directory');
  assert.equal(await x.get('/data/../data/./in.txt'), 'in ü');
  assert.equal(await x.put('/data/out.txt', 'w', 'one'), 0);
  assert.equal(text(files.get('/data/out.txt')), 'one');
  assert.equal(await x.put('/data/out.txt', 'a', ' two'), 0);
  assert.equal(text(files.get('/data/out.txt')), 'one two');
  assert.equal(await x.patch('/data/out.txt', 4, 'TWO three'), 'one TWO three');
  assert.equal(text(files.get('/data/out.txt')), 'one TWO three');
  assert.equal(await x.put('/data/out.txt', 'wx', ''), EXIST);
  assert.equal(await x.put('/bytes', 'a', 'C'), 0);
  assert.equal(text(files.get('/bytes')), 'ABC');
  files.set('/data/late.txt', 'late');
  assert.equal(await x.get('/data/late.txt'), 'late');
  files.set('/data/late.txt', 'later');
  assert.equal(await x.get('/data/late.txt'), 'later');
  const large = 'x'.repeat(4000);
  for (let n = 0; n < 100; n++) await x.put('/large', 'a', large);
  assert.equal(await x.change('s', '/large', ''), 400_000);
  assert.equal(await x.change('t', '/large', 'xx'), 0);
  assert.equal(text(files.get('/large')), 'xx');
  assert.equal(await x.patch('/large', 4, 'y'), 'xx\0\0y', 'a gap is of zeros');
});

test('the page keeps its own bytes as they were', async () => {
  const own = new Uint8Array([65, 66, 67]);
  const { x } = await start(source, { files: { '/own': own } });
  assert.equal(await x.patch('/own', 0, 'x'), 'xBC');
  assert.deepEqual([...own], [65, 66, 67]);
});

test('directories', async () => {
  /** @type {Map<string, string>} */
  const files = new Map([
    ['/a/b/c.txt', 'c'],
    ['/z', 'z'],
    ['/empty/', ''],
  ]);
  const { x } = await start(source, { files });
  assert.equal(await x.entries('/'), 'a/ empty/ z ');
  assert.equal(await x.entries('/a'), 'b/ ');
  assert.equal(await x.entries('/empty'), '');
  assert.equal((await rejection(x.entries('/z'))).errno, NOTDIR);
  assert.equal((await rejection(x.entries('/no'))).errno, NOENT);
  assert.equal(await x.change('s', '/a', ''), 1_000_000);
  assert.equal(await x.change('s', '/a/b/c.txt', ''), 1);
  assert.equal(await x.change('s', '/z/y', ''), -NOTDIR);
  assert.equal(await x.change('m', '/a', ''), EXIST);
  assert.equal(await x.change('m', '/no/dir', ''), NOENT);
  assert.equal(await x.change('m', '/new', ''), 0);
  assert.equal(await x.put('/new/file', 'w', '1'), 0);
  assert.equal(await x.change('r', '/new', ''), NOTEMPTY);
  assert.equal(await x.change('u', '/new', ''), ISDIR);
  assert.equal(await x.change('u', '/new/file', ''), 0);
  assert.equal(await x.change('s', '/new', ''), 1_000_000, 'it stays when it is empty');
  assert.equal(await x.change('r', '/new', ''), 0);
  assert.equal(await x.change('r', '/new', ''), NOENT);
  assert.equal(await x.change('r', '/z', ''), NOTDIR);
  assert.equal(await x.put('/no/file', 'w', ''), NOENT);
  assert.equal(await x.put('/z/file', 'w', ''), NOTDIR);
  assert.equal(await x.put('/a', 'w', ''), ISDIR);
  for (let n = 0; n < 300; n++) files.set(`/many/${String(n).padStart(20, '0')}`, '');
  assert.equal((await x.entries('/many')).split(' ').length, 301, 'more than the C library asks for at once');
});

test('a file is renamed, one that is there is covered, an open one may go', async () => {
  /** @type {Map<string, Uint8Array | string>} */
  const files = new Map([
    ['/a', 'a'],
    ['/b', 'b'],
    ['/d/e/f', 'f'],
    ['/g/', ''],
  ]);
  const { x } = await start(source, { files });
  assert.equal(await x.change('n', '/a', '/b'), 0);
  assert.equal(await x.get('/b'), 'a');
  assert.equal(files.has('/a'), false);
  assert.equal(await x.put('/b', 'a', '!'), 0);
  assert.equal(text(files.get('/b')), 'a!');
  assert.equal(await x.change('n', '/none', '/c'), NOENT);
  assert.equal(await x.change('n', '/b', '/d'), ISDIR);
  assert.equal(await x.change('n', '/d', '/b'), NOTDIR);
  assert.equal(await x.change('n', '/d', '/g'), 0);
  assert.equal(await x.get('/g/e/f'), 'f');
  assert.equal(await x.change('n', '/g', '/h'), 0);
  assert.equal(await x.entries('/'), 'b h/ ');
  assert.equal(await x.orphan('/tmp'), 1);
  assert.equal(files.has('/tmp'), false);
});

test('what is no file is refused', async () => {
  const gone = new Uint8Array(1);
  structuredClone(gone, { transfer: [gone.buffer] });
  for (const [files, why] of /** @type {[any, RegExp][]} */ ([
    [3, /files is an object or a Map/],
    [{ 'a.txt': '' }, /'a\.txt' is no absolute path/],
    [{ '/a/../b': '' }, /no absolute path/],
    [{ '/a//b': '' }, /no absolute path/],
    [{ '/a': 3 }, /'\/a' is the number 3, not a string or a Uint8Array/],
    [{ '/a': Symbol('a') }, /'\/a' is a symbol, not a string/],
    [{ '/a': gone }, /'\/a': its buffer was detached/],
    [{ '/a\0b': '' }, /no absolute path without '.', '..', '\/\/' and NUL/],
    [new Map([[Symbol('a'), '']]), /'Symbol\(a\)' is no absolute path/],
    [{ '/a/b': '', '/a': '' }, /'\/a' is a file, and a directory: '\/a\/b'/],
    [{ '/a': '', '/a/': '' }, /'\/a' is a file, and a directory: '\/a\/'/],
  ]))
    assert.match((await rejection(start(source, { files }))).message, why);
  assert.match((await rejection(start(source, { files: {}, preopens: {} }))).message, /give one of them/);
});

test('what POSIX says, in memory', async () => {
  const { x, printed } = await start(new URL('edges.c', import.meta.url), { files: { '/here': '' } });
  x.edges();
  assert.equal(x.large(), 22); // EFBIG
  assert.deepEqual(printed, []);
});

test('awaited, in memory', async () => {
  const { x, printed } = await start(new URL('awaited.c', import.meta.url), { files: new Map([['/data/a.txt', '']]) });
  assert.equal(await x.all_of_files('/data'), 0, printed.join('\n'));
});

test('a directory is read as it was when that began, whatever is removed meanwhile', async () => {
  const { x, printed } = await start(new URL('standard.c', import.meta.url), { files: {} });
  assert.equal(x.sweep('/full', 500), 0);
  assert.deepEqual(printed, []);
});

test('stdin, stdout and stderr are no files, but freopen makes files of them', async () => {
  /** @type {Map<string, Uint8Array | string>} */
  const files = new Map();
  const { x, printed } = await start(new URL('standard.c', import.meta.url), { files });
  x.stdio();
  x.reopen('/first', '/second');
  assert.deepEqual(
    [printed, text(files.get('/first')), text(files.get('/second'))],
    [['printed, '], 'to the first', 'to the second'],
  );
  const none = await start(new URL('standard.c', import.meta.url));
  none.x.stdio();
  assert.deepEqual(none.printed, []);
});
