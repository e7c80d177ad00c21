// `cawait` and components: what is built, how it is run, what is said when something is missing. Run by the wasip3 leg, with CAWAIT_JCO.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { command, which } from '../command.mjs';
import { snippet } from '../readme.mjs';
import { COMMAND, cawait, project, saying } from '../tool/project.mjs';

const { folder, at } = project({ 'app.c': saying('hello', 3), 'own.wit': 'package a:b;\nworld w { import c; }\n' });
const BUILD = ['build', '--host', 'wasip3', 'app.c'];

test('a component, which wasmtime runs', async () => {
  const built = await cawait(BUILD, { cwd: folder });
  assert.match(built.out, /^app\.wasm: \d+ bytes\n$/, built.err);
  const bytes = readFileSync(at('app.wasm'));
  assert.deepEqual([...bytes.subarray(0, 8)], [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
  for (const what of [['app.wasm'], ['--host', 'wasip3', 'app.c']])
    assert.deepEqual(await cawait(['run', ...what, 'x'], { cwd: folder }), { status: 3, out: 'hello\n', err: '' });
});

test('a signal that is sent to the command ends the program', async () => {
  writeFileSync(
    at('long.c'),
    saying('on its way').replace(
      'CAW_RETURN(0)',
      'fflush(stdout);\n        CAW_AWAIT(caw_sleep(1e6));\n        CAW_RETURN(0)',
    ),
  );
  assert.equal((await cawait(['build', '--host', 'wasip3', 'long.c'], { cwd: folder })).status, 0);
  for (const [name, number] of /** @type {const} */ ([
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ])) {
    const child = spawn(process.execPath, [COMMAND, 'run', 'long.wasm'], { cwd: folder });
    const closed = once(child, 'close');
    await once(child.stdout, 'data');
    child.kill(name);
    const [status, signal] = await closed;
    assert.ok(status === 128 + number || signal === name, `${name}: ${status} ${signal}`);
  }
});

test('a service, also of a world of its own, which run serves', async () => {
  writeFileSync(at('service.c'), snippet('c', 'CAW_HTTP_HANDLER(handle)'));
  writeFileSync(
    at('world.wit'),
    `package my:app;
interface greetings { greet: async func(name: string) -> string; }
world app { import greetings; include cawait:host/service@0.1.0; }
`,
  );
  for (const own of [[], ['--wit', 'world.wit']]) {
    const { status, err } = await cawait(['build', '--host', 'wasip3', ...own, 'service.c'], { cwd: folder });
    assert.deepEqual([status, err], [0, '']);
    const { output } = await command('wasm-tools', ['component', 'wit', at('service.wasm')]);
    assert.match(output, /export wasi:http\/handler@0\.3\.0;/);
    assert.doesNotMatch(output, /wasi:cli\/run/);
  }
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (taken.address());
  const run = await cawait(['run', 'service.wasm', '--addr', `127.0.0.1:${port}`], { cwd: folder });
  taken.close();
  assert.notEqual(run.status, 0);
  assert.match(run.err, /in use/i); // wasmtime serve's word
});

test('another compiler makes the same', { skip: which('clang-19') ? false : 'clang-19 is not there' }, async () => {
  const built = await cawait([...BUILD, '--cc', 'clang-19', '-o', 'native.wasm'], { cwd: folder });
  assert.equal(built.status, 0, built.err);
  assert.deepEqual(await cawait(['run', 'native.wasm'], { cwd: folder }), { status: 3, out: 'hello\n', err: '' });
});

test('what is missing is named, with how to get it', async () => {
  const none = { CAWAIT_JCO: '' };
  const { status, out, err } = await cawait(BUILD, { cwd: folder, env: none });
  assert.deepEqual([status, out], [1, '']);
  assert.equal(err, 'cawait: what makes a component is not installed: npm install --save-dev @bytecodealliance/jco\n');
  await cawait(BUILD, { cwd: folder });
  const run = await cawait(['run', 'app.wasm'], { cwd: folder, env: { ...none, PATH: '' } });
  assert.equal(run.status, 1);
  assert.match(
    run.err,
    /^cawait: to run a component put wasmtime 46 or newer on the PATH; or take Node 24 or newer \(this is v/,
  );
});

test('a world of its own is for components, and must be there', async () => {
  const other = await cawait(['build', 'app.c', '--wit', 'own.wit'], { cwd: folder });
  assert.deepEqual([other.status, other.out], [2, '']);
  assert.match(other.err, /^cawait: --wit and --world are for --host wasip3/);
  const missing = await cawait([...BUILD, '--wit', 'none.wit'], { cwd: folder });
  assert.deepEqual([missing.status, missing.err], [1, 'cawait: none.wit: no such file\n']);
  const wrong = await cawait([...BUILD, '--wit', 'own.wit'], { cwd: folder });
  assert.equal(wrong.status, 1);
  assert.match(wrong.err, /^cawait: it makes no component: [^]*own|interface or world `c` does not exist/);
});
