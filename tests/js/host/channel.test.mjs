// Where setImmediate was taken away (jsdom does so), turns go through a MessageChannel: it keeps Node alive while a turn is owed, not longer.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { build } from '../harness.mjs';

test('a process without setImmediate runs what is left, and ends by itself', async () => {
  const bytes = Buffer.from(await build(new URL('host.c', import.meta.url))).toString('base64');
  const entry = new URL('../../../dist/js/node.js', import.meta.url).href;
  const script = `delete globalThis.setImmediate;
const { load } = await import('${entry}');
const app = await load(Buffer.from('${bytes}', 'base64'), { budget: { jobs: 1 } });
console.log(await app.exports.many(20) >= 0, app.stats().calls);`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-'], { input: script, timeout: 60_000 });
  assert.equal(String(out), 'true 0\n');
});
