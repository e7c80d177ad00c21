// `cawait init`: each project tests, builds and runs as it was written.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
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
});
