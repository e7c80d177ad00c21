// `cawait flags`, and cawait/build as build scripts have it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { build, flags, include_dir, lib_dir } from '../../dist/js/tool/build.js';
import { library } from '../../wasm/toolchain/library.mjs';
import { libraryName } from '../../wasm/toolchain/sources.mjs';
import { which } from '../command.mjs';
import { cawait, project, saying } from './project.mjs';

test('flags are what the package has, for each host and build', async () => {
  const of = async (/** @type {string[]} */ ...args) => (await cawait(['flags', ...args])).out.trim();
  assert.equal(await of(), flags.join(' '));
  assert.equal(await of('--host=wasi', '--checked'), `${flags.join(' ')} -O1 -g -DCAW_CHECKED`);
  assert.equal(await of('--link'), `-mexec-model=reactor -L${lib_dir} -lcawait-js -lcawait -lcawait-js`);
  assert.ok(existsSync(include_dir) && existsSync(`${lib_dir}/libcawait-sim.a`));
  const [, folder = '', libraries] = /^-L(\S+) (.*)$/.exec(await of('--link', '--host=sim', '--checked')) ?? [];
  assert.equal(libraries, '-lcawait-sim -lcawait -lcawait-sim');
  for (const group of ['sim', 'core'])
    assert.deepEqual(readFileSync(join(folder, libraryName(group))), Buffer.from(await library(group, true)));
});

test('flags are words of a shell also where a folder has a space in its name', async () => {
  const { at } = project({ 'my app/a.c': '' });
  const env = { CAWAIT_CACHE: at('my app/cache') };
  const of = async (/** @type {string} */ cwd) => (await cawait(['flags', '--link'], { cwd, env })).out.split(' -l')[0];
  assert.match((await of(at('my app'))) ?? '', / -Lcache\/release\/\w+$/);
  assert.match((await of(at('.'))) ?? '', / -L\S.*\/my\\ app\/cache\/release\/\w+$/); // as pkg-config does
});

test('what editors are told is enough to understand a file, without a warning', async (t) => {
  const { folder, at } = project({ 'src/a.c': saying('x') });
  const listed = await cawait(['flags', '--compile-commands', 'src/a.c', '-Iinc'], { cwd: folder });
  assert.deepEqual(listed, { status: 0, out: 'compile_commands.json\n', err: '' });
  const [command] = JSON.parse(readFileSync(at('compile_commands.json'), 'utf8'));
  assert.deepEqual([command.directory, command.file], [folder, 'src/a.c']);
  assert.deepEqual(await cawait(['flags', '--clangd'], { cwd: folder }), { status: 0, out: '.clangd\n', err: '' });
  const lines = readFileSync(at('.clangd'), 'utf8').match(/^ {4}- .*$/gm) ?? [];
  const added = lines.map((line) => JSON.parse(line.slice(6)));
  if (!which('clang-19')) return t.diagnostic('no clang-19 here');
  for (const args of [command.arguments.slice(1, -2), added])
    assert.equal(
      execFileSync('clang-19', ['-Wall', '-Wextra', ...args, '-fsyntax-only', 'src/a.c'], {
        cwd: folder,
        encoding: 'utf8',
      }),
      '',
    );
});

test('build() returns the module, its types, warnings and dependencies; what is refused is a BuildError', async () => {
  const { folder, at } = project({
    'a.c':
      '#include <cawait.h>\n#include <cawait/export.h>\n#include "b.h"\n/* One. */\nCAW_ASYNC(int, one) { CAW_BEGIN(int) { int unused; CAW_RETURN(B); } CAW_END; }\nCAW_EXPORT(int, one);\n',
    'b.h': '#define B 1\n',
  });
  /** @type {string[]} */
  const done = [];
  const { module, types, diagnostics, text, dependencies } = await build({
    sources: ['a.c'],
    cwd: folder,
    progress: (what) => done.push(what),
  });
  assert.ok(WebAssembly.validate(module));
  assert.match(types, /\/\*\* One\. \*\/\n  one\(options\?: CallOptions\): Promise<number>;/);
  assert.deepEqual(
    diagnostics.map(({ file, line, column, severity, message }) => [file, line, column, severity, message]),
    [[at('a.c'), 5, 44, 'warning', "unused variable 'unused' [-Wunused-variable]"]],
  );
  assert.match(text, /a\.c:5:44/);
  assert.deepEqual(dependencies.sort(), [at('a.c'), at('b.h')]);
  assert.deepEqual(done, ['compiling a.c', 'linking']);
  await assert.rejects(
    build({
      sources: ['a.c'],
      cwd: folder,
      flags: ['-UB', '-DB=x', '-Wno-macro-redefined', '-include', 'b.h', '-DONE', '-Werror'],
    }),
    (/** @type {any} */ error) => {
      assert.equal(error.name, 'BuildError');
      assert.deepEqual(error.dependencies.sort(), [at('a.c'), at('b.h')]);
      return error.diagnostics.length > 0;
    },
  );
  await assert.rejects(build({ sources: ['none.c'], cwd: folder }), {
    name: 'BuildError',
    message: 'none.c: no such file',
  });
  await assert.rejects(build({ sources: ['a.c'], flags: ['-shared'] }), { name: 'UsageError' });
  await assert.rejects(build({ sources: ['a.c'], cwd: folder, host: /** @type {any} */ ('x') }), {
    name: 'UsageError',
  });
  for (const [options, message] of /** @type {const} */ ([
    [{ source: ['a.c'] }, 'build() has no option source: did you mean sources?'],
    [{ sources: 'a.c' }, 'build(): sources is an array of strings'],
    [{ sources: ['a.c'], progress: true }, 'build(): progress is a function'],
    [{}, 'no source is named'],
  ]))
    await assert.rejects(build(/** @type {any} */ (options)), { name: 'UsageError', message });
});

test('dependencies with letters of other languages, by paths of either kind', async () => {
  const { folder, at } = project({ 'größe/名.c': '#include "tiefe/ß.h"\n', 'größe/tiefe/ß.h': 'int one;\n' });
  const expected = [at('größe/tiefe/ß.h'), at('größe/名.c')];
  for (const source of ['größe/名.c', at('größe/名.c')]) {
    const { dependencies } = await build({ sources: [source], cwd: folder });
    assert.deepEqual(dependencies.sort(), expected);
  }
});
