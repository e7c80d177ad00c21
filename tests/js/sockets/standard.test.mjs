// Standard streams of C in Node, Deno and Bun; a page has none.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { load as loadInPage } from '../../../dist/js/index.js';
import { standard } from '../../wasi/host.mjs';
import { build, compiled } from '../harness.mjs';

const source = new URL('../../wasi/standard.c', import.meta.url);
const RUNNER = fileURLToPath(new URL('../../js-run.mjs', import.meta.url));

test('input, output, a broken pipe', { skip: process.platform === 'win32' }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cawait-'));
  /** @type {string[]} */
  const failed = [];
  const check = (/** @type {string} */ name, /** @type {boolean} */ good, /** @type {string} */ why) => {
    if (!good) failed.push(`${name}: ${why}`);
  };
  try {
    const module = join(folder, 'standard.wasm');
    await writeFile(module, await build(source));
    await standard(/** @type {any} */ ({ check }), [process.execPath, RUNNER, module]);
  } finally {
    await rm(folder, { recursive: true });
  }
  assert.deepEqual(failed, []);
});

test('a page has none, and says so', async () => {
  const app = await loadInPage(await compiled(source), { printErr: () => {} });
  await assert.rejects(app.done, /^OSError: this host has no standard input to await: run it natively, under WASI/);
});
