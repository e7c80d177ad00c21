// `cawait init`: each project tests, builds and runs as it was written.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { which } from '../command.mjs';
import { COMMAND, cawait, project } from './project.mjs';

/** A project, with what npm install would bring. @param {string} kind */
async function init(kind) {
  const { folder, at } = project({});
  assert.equal((await cawait(['init', kind, 'My App'], { cwd: folder })).status, 0);
  const modules = at('node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  symlinkSync(ROOT, join(modules, 'cawait'));
  for (const name of ['@yowasp', 'vite', 'typescript'])
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  symlinkSync(COMMAND, join(modules, '.bin/cawait'));
  symlinkSync(join(ROOT, 'node_modules/vite/bin/vite.js'), join(modules, '.bin/vite'));
  /** @param {string[]} args @param {string} [input] */
  const npm = (args, input = '') =>
    execFileSync('npm', ['--silent', ...args], {
      cwd: at('My App'),
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  assert.match(npm(['test']), /^ok 1 - greets by name\nok 2 - thinks for a moment\n1\.\.2$/m);
  assert.equal(JSON.parse(readFileSync(at('My App/package.json'), 'utf8')).name, 'my-app');
  assert.deepEqual(
    readdirSync(at('My App')).filter((name) => name.startsWith('_')),
    [],
  );
  assert.match(npm(['run', 'editor']), /^compile_commands\.json$/m);
  return { at: (/** @type {string} */ path) => at(join('My App', path)), npm };
}

test('a Node program', async () => {
  const { npm, at } = await init('node');
  assert.match(npm(['start']), /^Hello, you, from C$/m);
  assert.match(
    readFileSync(at('app.wasm.d.ts'), 'utf8'),
    /\/\*\* A greeting of a name, after half a second\. \*\/\n  hello\(name: string, /,
  );
});

test('a WASI program', async () => {
  const { npm, at } = await init('wasi');
  assert.equal(npm(['start'], 'me\nyou'), 'Your name?\nHello, me, from C\nHello, you, from C\n');
  assert.match(npm(['run', 'build']), /^app\.wasm: \d+ bytes\n$/);
  assert.ok(WebAssembly.validate(readFileSync(at('app.wasm'))));
});

test('a page, built by Vite', async () => {
  const { npm, at } = await init('page');
  npm(['run', 'build']);
  const assets = readdirSync(at('dist/assets'));
  assert.equal(assets.filter((name) => /^app-[\w-]+\.wasm$/.test(name)).length, 1, assets.join());
  assert.match(readFileSync(at('dist/index.html'), 'utf8'), /<title>my-app<\/title>/);
  assert.match(
    readFileSync(at('src/app.c.d.ts'), 'utf8'),
    /export function hello\(name: string, options\?: CallOptions\): Promise<string>;/,
  );
});

/** A use of each macro with a block, as it should stay. */
const BLOCKS = `#include <cawait.h>

CAW_ASYNC(int, blocks, caw_lock *lock)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1));
        } CAW_EXCEPT(CAW_VALUE_ERROR, e) {
            caw_unref(e);
        } CAW_EXCEPT(CAW_EXCEPTION, e) {
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(2));
        } CAW_END_TRY;
        CAW_TRY {
        } CAW_EXCEPT_GROUP(CAW_OS_ERROR, e) {
        } CAW_END_TRY;
        CAW_WITH(caw_lock_with(lock)) {
            CAW_AWAIT(caw_sleep(1));
        } CAW_END_WITH;
        CAW_WITH_AS(int y, opened(1)) {
            CAW_AWAIT(caw_sleep(y));
        } CAW_END_WITH;
        CAW_WITH_TASK_GROUP(tg) {
            CAW_GROUP_START(tg, caw_sleep(1));
        } CAW_END_TASK_GROUP;
        CAW_WITH_EXIT_STACK(stack) {
        } CAW_END_EXIT_STACK;
        CAW_WITH_TIMEOUT(scope, 5) {
        } CAW_END_TIMEOUT;
        CAW_WITH_TIMEOUT_AT(scope, caw_time(loop)) {
        } CAW_END_TIMEOUT;
        CAW_MOVE_ON_AFTER(scope, 5) {
        } CAW_END_MOVE_ON;
        CAW_FOR_AWAIT(int i, numbers()) {
            printf("%d\\n", i);
        } CAW_END_FOR;
        CAW_FOR_NEXT(caw_string *line, caw_stream_next_line(reader)) {
            caw_unref(line);
        } CAW_END_FOR;
        CAW_RETURN(0);
    } CAW_END;
}

CAW_ASYNC_GEN(int, numbers)
{
    CAW_BEGIN_GEN(int) {
        CAW_YIELD(1);
    } CAW_END_GEN;
}

CAW_ASYNC(caw_string *, owning)
{
    CAW_BEGIN_OWNING(caw_string *, caw_unref) {
    } CAW_END;
}

CAW_ASYNC_GEN(caw_string *, owning_items)
{
    CAW_BEGIN_GEN_OWNING(caw_string *, caw_unref) {
    } CAW_END_GEN;
}
`;

test('.clang-format knows every macro with a block, and keeps an end with its brace', async (t) => {
  const headers = join(ROOT, 'src/include/cawait');
  const text = readdirSync(headers)
    .map((name) => readFileSync(join(headers, name), 'utf8'))
    .join('');
  const macros = new Set(
    [...text.matchAll(/^#define (CAW_(?:BEGIN|END|TRY|EXCEPT|FINALLY|WITH|FOR|MOVE_ON)(?:_[A-Z_]+)?)\b/gm)].map(
      ([, name = '']) => name,
    ),
  );
  assert.ok(macros.size > 20);
  const { folder, at } = project({ 'blocks.c': BLOCKS });
  assert.equal((await cawait(['init', 'node', 'app'], { cwd: folder })).status, 0);
  const rules = readFileSync(at('app/.clang-format'), 'utf8');
  for (const name of macros) {
    assert.match(rules, new RegExp(`^  - ${name}[(=]`, 'm'));
    assert.match(BLOCKS, new RegExp(`\\b${name}\\b`));
  }
  if (!which('clang-format-19')) return t.skip('install clang-format-19');
  renameSync(at('blocks.c'), at('app/src/blocks.c'));
  const files = ['src/blocks.c', 'src/app.c', 'src/greet.c', 'src/greet.h', 'test/greet.test.c'];
  execFileSync('clang-format-19', ['-i', ...files], { cwd: at('app') });
  assert.equal(readFileSync(at('app/src/blocks.c'), 'utf8'), BLOCKS);
  for (const path of files.slice(1)) {
    const folder = path === 'src/app.c' ? 'node' : 'common';
    assert.equal(
      readFileSync(at(join('app', path)), 'utf8'),
      readFileSync(join(ROOT, 'wasm/tool/templates', folder, path), 'utf8'),
    );
  }
});

test('it asks nothing, and writes over nothing', async () => {
  const { folder } = project({ 'src/greet.h': 'mine' });
  const wrong = async (/** @type {string[]} */ args, /** @type {number} */ status, /** @type {RegExp} */ line) => {
    const run = await cawait(['init', ...args], { cwd: folder });
    assert.deepEqual([run.status, run.out, line.test(run.err)], [status, '', true], run.err);
  };
  await wrong([], 2, /^cawait: which project: page, node or wasi\?\ntry: cawait init --help\n$/);
  await wrong(['deno'], 2, /^cawait: there is no project deno: page, node or wasi\n/);
  await wrong(['node', 'a', 'b'], 2, /^cawait: one folder at a time\n/);
  await wrong(['node', '--yes'], 2, /^cawait: unknown option --yes\n/);
  await wrong(['node'], 1, /^cawait: src\/greet\.h is there already: nothing was written\n$/);
  assert.deepEqual(readdirSync(folder, { recursive: true }).sort(), ['src', 'src/greet.h']);
  const { out } = await cawait(['init', 'node', "it's $new"], { cwd: folder });
  assert.match(out, /^\d+ files in it's \$new\ncd "it's \\\$new" && npm install && npm test && npm start\n$/);
});
