// Interrupts: app.interrupt() and the signal of load() do to CAW_MAIN what Ctrl-C does to asyncio.run.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { build, compiled, load, process_, quiet, rejection, settled, start } from '../harness.mjs';

const source = new URL('interrupt.c', import.meta.url);

/** @param {string} how @param {import('../../../dist/js/node.js').Options} [options] */
const begin = (how, options) => start(source, { ...options, env: { HOW: how } });

test('the first one cancels CAW_MAIN, and done is rejected with a KeyboardInterrupt', async () => {
  const { app, printed } = await begin('');
  app.interrupt();
  const error = await rejection(app.done);
  assert.equal(error.name, 'KeyboardInterrupt');
  assert.equal(error.code, 'CAW_KEYBOARD_INTERRUPT');
  assert.deepEqual(printed, ['begun', 'cancelled', 'finally']);
  quiet(app);
  const call = app.exports['wait']?.();
  await settled();
  assert.equal(app.stats().calls, 1, 'the instance goes on after the first one');
  app[Symbol.dispose]();
  await rejection(call);
});

test('C can interrupt its program itself', async () => {
  const { app, printed } = await begin('itself');
  assert.equal((await rejection(app.done)).type, 'KeyboardInterrupt');
  assert.deepEqual(printed, ['begun', 'cancelled', 'finally']);
  quiet(app);
});

test('CAW_MAIN may refuse, or fail with another error', async () => {
  const refusing = await begin('refuse');
  refusing.app.interrupt();
  assert.equal(await refusing.app.done, 7);
  quiet(refusing.app);
  const failing = await begin('fail');
  failing.app.interrupt();
  assert.equal((await rejection(failing.app.done)).type, 'ValueError');
  quiet(failing.app);
});

test('a main task that somebody else has cancelled, too, stays cancelled', async () => {
  const { app } = await begin('cancelled');
  queueMicrotask(() => app.interrupt());
  await settled();
  assert.equal((await rejection(app.done)).name, 'AbortError');
  quiet(app);
});

test('the second one is the end of the instance', async () => {
  const { app, x, printed } = await begin('slow');
  const call = x['wait']?.();
  const stubborn = x['stubborn']?.();
  app.interrupt();
  await settled();
  app.interrupt();
  assert.equal((await rejection(app.done)).type, 'KeyboardInterrupt');
  assert.equal((await rejection(call)).name, 'AbortError');
  assert.equal((await rejection(stubborn)).type, 'KeyboardInterrupt');
  assert.equal((await rejection(x['wait']?.())).type, 'KeyboardInterrupt');
  assert.deepEqual(printed, ['begun', 'cancelled', 'finally']);
  app.interrupt();
  app[Symbol.dispose]();
});

test('so is the first one when CAW_MAIN is over', async () => {
  const { app, x } = await begin('return');
  assert.equal(await app.done, 3);
  const call = x['stubborn']?.();
  app.interrupt();
  assert.equal((await rejection(call)).type, 'KeyboardInterrupt');
  assert.equal(await app.done, 3);
});

test('from inside its own C code', async () => {
  const { app, x } = await begin('return');
  const call = x['call']?.(() => app.interrupt());
  assert.equal((await rejection(call)).name, 'AbortError');
  assert.equal((await rejection(x['wait']?.())).type, 'KeyboardInterrupt');
});

test('the signal of load: aborted later, before, or by CAW_MAIN itself', async () => {
  const later = new AbortController();
  const { app, x } = await begin('', { signal: later.signal });
  later.abort('enough');
  assert.equal(await rejection(app.done), 'enough');
  quiet(app);
  const call = x['wait']?.();
  app[Symbol.dispose]();
  await rejection(call);

  assert.equal(await rejection(load(compiled(source), { signal: AbortSignal.abort('early') })), 'early');

  const itself = new AbortController();
  Object.assign(globalThis, { hook: () => itself.abort('inside') });
  const hooked = await begin('hook', { signal: itself.signal });
  assert.equal(await rejection(hooked.app.done), 'inside');
  quiet(hooked.app);
});

test('a signal that comes after CAW_MAIN, or is refused, changes nothing', async () => {
  const late = new AbortController();
  const { app, x } = await begin('return', { signal: late.signal });
  assert.equal(await app.done, 3);
  const call = x['wait']?.();
  late.abort();
  await settled();
  assert.equal(app.stats().calls, 1);
  app[Symbol.dispose]();
  await rejection(call);
  const refused = new AbortController();
  const refusing = await begin('refuse', { signal: refused.signal });
  refused.abort();
  assert.equal(await refusing.app.done, 7);
});

test('Ctrl-C in Node', { skip: process.platform === 'win32' }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cawait-'));
  try {
    const module = join(folder, 'interrupt.wasm');
    await writeFile(module, await build(source));
    const child = spawn(process.execPath, [fileURLToPath(new URL('../../js-run.mjs', import.meta.url)), module]);
    let out = '';
    child.stdout.on('data', (part) => {
      if (!out) process.kill(/** @type {number} */ (child.pid), 'SIGINT'); // child.kill of Deno forgets the exit code
      out += part;
    });
    child.stderr.on('data', (part) => (out += part));
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(out, 'begun\ncancelled\nfinally\n');
    assert.equal(code, 130);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a signal whose listeners cannot be put or taken, whatever that throws', async () => {
  const throws = () => {
    throw Symbol('no');
  };
  for (const how of ['addEventListener', 'removeEventListener']) {
    const controller = new AbortController();
    const signal = Object.defineProperty(controller.signal, how, { value: throws });
    const { app, reports } = await begin('return', { signal });
    assert.equal(await app.done, 3);
    assert.match(reports.join(), /the signal of load\(\) cannot be listened to/);
    quiet(app);
  }
});

test('Node: what CAW_MAIN failed with is for who asks, and no unhandled rejection as well', async () => {
  const { code, out } = await process_(
    source,
    `const begin = () => load(bytes, { env: { HOW: 'fail' }, onReport: (text) => console.log(text), print() {} });
const before = await begin();
before.interrupt();
await before.done.catch((error) => console.log(String(error)));
await before[Symbol.asyncDispose]();
const meanwhile = await begin();
meanwhile.done.catch((error) => console.log(String(error)));
await meanwhile[Symbol.asyncDispose]();
await (await begin())[Symbol.asyncDispose]();
console.log('end');`,
  );
  const said = 'cawait: CAW_MAIN failed when the instance was disposed of: ValueError: cleanup';
  const lines = ['ValueError: cleanup', 'ValueError: cleanup', said, said, 'end'];
  assert.deepEqual([code, out.split('\n').slice(0, -1)], [0, lines]);
});
