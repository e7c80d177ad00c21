// The examples of web/network in Node, Deno and Bun.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { examples } from '../../net/examples.mjs';
import { build } from '../harness.mjs';

const SOURCES = new URL('../../../web/network/', import.meta.url);
const RUNNER = fileURLToPath(new URL('../../js-run.mjs', import.meta.url));

test('a chat and a proxy', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cawait-'));
  /** @type {string[]} */
  const failed = [];
  const check = (/** @type {string} */ name, /** @type {boolean} */ good, /** @type {string} */ why) => {
    if (!good) failed.push(`${name}: ${why}`);
  };
  try {
    await examples(/** @type {any} */ ({ check }), async (name) => {
      const module = join(folder, `${name}.wasm`);
      await writeFile(module, await build(new URL(`${name}.c`, SOURCES)));
      return [process.execPath, RUNNER, module];
    });
  } finally {
    await rm(folder, { recursive: true });
  }
  assert.deepEqual(failed, []);
});
