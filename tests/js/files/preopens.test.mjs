// Files of a program in Node: directories of the machine.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { rejection, start } from '../harness.mjs';

const source = new URL('files.c', import.meta.url);
const NOENT = 44;

test('directories by the names that the program has for them', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cawait-'));
  t.after(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'in.txt'), 'from outside');
  const { x, printed } = await start(source, { preopens: { '/box': directory } });
  assert.equal(await x.get('/box/in.txt'), 'from outside');
  assert.equal(await x.put('/box/out.txt', 'w', 'from C'), 0);
  assert.equal(readFileSync(join(directory, 'out.txt'), 'utf8'), 'from C');
  assert.equal(await x.entries('/box'), 'in.txt out.txt ');
  assert.equal((await rejection(x.get('/etc/passwd'))).errno, NOENT);
  assert.deepEqual(printed, []);
});

test('awaited, in a directory of the machine', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cawait-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const { x, printed } = await start(new URL('awaited.c', import.meta.url), { preopens: { '/box': directory } });
  assert.equal(await x.all_of_files('/box'), 0, printed.join('\n'));
});

test("a directory is read as it was when that began; stdio is not the process's", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cawait-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const { x, printed } = await start(new URL('standard.c', import.meta.url), { preopens: { '/box': directory } });
  assert.equal(x.sweep('/box/full', 500), 0);
  x.stdio();
  x.reopen('/box/first', '/box/second');
  assert.deepEqual(printed, ['printed, ']);
  assert.equal(readFileSync(join(directory, 'second'), 'utf8'), 'to the second');
});

test('what is no directory is named', async () => {
  for (const [preopens, why] of /** @type {[any, RegExp][]} */ ([
    ['./box', /preopens: it is an object, of directories by the names .*; got a string/],
    [{ '/': 5 }, /preopens: '\/' is the number 5, not the path of a directory/],
    [{ '/box': './no such' }, /preopens: '\/box' is '\.\/no such', which is no directory/],
  ]))
    assert.match((await rejection(start(source, { preopens }))).message, why);
});
