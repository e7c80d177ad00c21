// What the package makes of the library: sources without comments, all archives in one file.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, readdirSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { GROUPS, packaged } from '../../wasm/toolchain/archives.mjs';
import { bare } from '../../wasm/toolchain/build.mjs';
import { library } from '../../wasm/toolchain/library.mjs';
import { ROOT, sources } from '../../wasm/toolchain/sources.mjs';
import { project } from './project.mjs';

test('a source without its comments has every token in its line', () => {
  const text = `a /* b
  "c" */ = "/* \\"  //" + '"' + '\\'' // it's "x
  +   1; /* don't */ f("http://x"); b/**/c #`;
  const expected = `a
= "/* \\"  //" + '"' + '\\''
+ 1;   f("http://x"); b c #`;
  assert.equal(bare(text), expected);
  for (const path of [...sources().values()].flat()) {
    const source = readFileSync(join(ROOT, path), 'utf8');
    const left = bare(source);
    assert.equal(left.split('\n').length, source.split('\n').length, path);
    assert.ok(!/^\s*(\/\/|\/\*|\*\/)/m.test(left), path);
  }
});

test('each archive comes back from the one file', async () => {
  for (const group of GROUPS)
    for (const checked of [false, true]) {
      const made = await library(group, checked);
      assert.ok(packaged(group, checked)?.equals(made), `${group} ${checked}`);
    }
  assert.equal(packaged('poll', false), null);
});

test('debuggers are told to pass over the frames of the loader, which are where they are', () => {
  const folder = join(ROOT, 'dist/js');
  const scripts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js'));
  for (const path of scripts) {
    const text = readFileSync(join(folder, path), 'utf8');
    const [, base64 = ''] = /^\/\/# sourceMappingURL=data:application\/json;base64,(.*)\n$/m.exec(text) ?? [];
    if (/^(index|node|static|load|bridge|run|web|workers)\b|machine|libc.libc/.test(path) || base64) {
      const payload = JSON.parse(Buffer.from(base64, 'base64').toString());
      assert.deepEqual([payload.sources, payload.ignoreList], [[basename(path)], [0]], path);
      const map = new SourceMap(payload);
      const lines = text.split('\n').length - 2;
      for (const line of [0, 1, lines - 1])
        assert.equal(
          /** @type {import('node:module').SourceMapping} */ (map.findEntry(line, 5)).originalLine,
          line,
          path,
        );
    }
  }
});

test('a package that is cut off, or whole but for what is in it, says so', () => {
  const { at, write } = project({});
  for (const path of ['package.json', 'dist/wasm', 'dist/cawait.rsp'])
    cpSync(join(ROOT, path), at(path), { recursive: true });
  const library = readFileSync(join(ROOT, 'dist/library.br'));
  const all = brotliDecompressSync(library);
  const archives = 4 + all.readUInt32LE();
  for (const wrong of [
    library.subarray(0, 1000),
    brotliCompressSync(all.subarray(0, archives + 100)),
    brotliCompressSync(Buffer.concat([all.subarray(0, archives), Buffer.from('[["count",1]]\0\x01')])),
  ]) {
    write('dist/library.br', wrong);
    const command = [at('dist/wasm/tool/cawait.mjs'), 'flags', '--link'];
    const { status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /^cawait: .*library\.br is damaged: install the package again\n$/);
  }
});
