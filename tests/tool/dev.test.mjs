// `cawait dev`: the module follows the files.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { which } from '../command.mjs';
import { COMMAND, project } from './project.mjs';

test('it builds again when a source or a header changes, is replaced or appears; a mistake leaves the module; Ctrl-C ends it', async () => {
  const { folder, at, write } = project({
    'src/a.c':
      '#include "b.h"\n#if __has_include("c.h")\n#include "c.h"\n#else\n#define C 0\n#endif\nint value(void) { return B + C; }\n',
    'src/b.h': '#define B 1\n',
  });
  const child = spawn(process.execPath, [COMMAND, 'dev', 'src/a.c', '-Wl,--export=value'], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
  });
  let said = '';
  let seen = 0;
  child.stderr.on('data', (bytes) => void (said += bytes));
  let out = '';
  child.stdout.on('data', (bytes) => void (out += bytes));
  /** The next line of the command's. */
  const line = async () => {
    while (out.split('\n').length - 1 <= seen) await once(child.stdout, 'data');
    return out.split('\n')[seen++] ?? '';
  };
  const value = async () => {
    assert.match(await line(), /^a\.wasm: \d+ bytes in \d+\.\d\d s$/);
    const { instance } = await WebAssembly.instantiate(readFileSync(at('a.wasm')));
    return /** @type {() => number} */ (instance.exports['value'])();
  };
  assert.equal(await value(), 1);
  write('src/b.h', '#define B 2\n');
  assert.equal(await value(), 2);
  write('src/draft', '#define B 3\n');
  renameSync(at('src/draft'), at('src/b.h')); // as editors save
  assert.equal(await value(), 3);
  write('src/c.h', '#define C 10\n');
  assert.equal(await value(), 13);
  writeFileSync(at('src/b.h'), '#define B oops\n');
  assert.equal(await line(), 'a.wasm stays as it was');
  assert.match(said, /^src\/a\.c:7:\d+: error: use of undeclared identifier 'oops'/);
  rmSync(at('src/b.h'));
  assert.equal(await line(), 'a.wasm stays as it was');
  assert.match(said, /src\/a\.c:1:10: fatal error: 'b\.h' file not found/);
  write('src/b.h', '#define B 5\n');
  assert.equal(await value(), 15);
  child.kill('SIGINT');
  const [status] = await once(child, 'close');
  assert.equal(status, 0);
});

test('a header in a folder of its own, with that folder or not: what was missed is waited for', async () => {
  for (const cc of [[], ...(which('clang-19') ? [['--cc', 'clang-19']] : [])]) {
    const { folder, at, write } = project({ 'a.c': '#include <b.h>\nint value(void) { return B; }\n' });
    const child = spawn(process.execPath, [COMMAND, 'dev', ...cc, 'a.c', '-Iinc/deep', '-Wl,--export=value'], {
      cwd: folder,
    });
    let out = '';
    let seen = 0;
    child.stdout.on('data', (bytes) => void (out += bytes));
    const line = async () => {
      while (out.split('\n').length - 1 <= seen) await once(child.stdout, 'data');
      return out.split('\n')[seen++] ?? '';
    };
    const built = /^a\.wasm: \d+ bytes in /;
    assert.equal(await line(), 'a.wasm stays as it was');
    write('inc/deep/b.h', '#define B oops\n');
    assert.equal(await line(), 'a.wasm stays as it was');
    write('inc/deep/b.h', '#define B 1\n');
    assert.match(await line(), built);
    rmSync(at('inc'), { recursive: true });
    assert.equal(await line(), 'a.wasm stays as it was');
    write('inc/deep/b.h', '#define B 2\n');
    assert.match(await line(), built);
    child.kill('SIGINT');
    await once(child, 'close');
  }
});
