// What is otherwise on Windows, as far as it can be told without: drives and backslashes in what the compilers are given and say.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../../wasm/tool/arguments.mjs';
import { diagnosticsOf } from '../../wasm/tool/diagnostics.mjs';
import { commandOf } from '../../wasm/tool/native.mjs';
import { slashes } from '../../wasm/tool/paths.mjs';
import { listed, named, rooted, unrooted } from '../../wasm/tool/view.mjs';

test('the embedded compiler knows no drives', () => {
  assert.equal(slashes('src\\app.c', 'win32'), 'src/app.c');
  assert.equal(slashes('a\\b.c', 'linux'), 'a\\b.c', 'a name like any other');
  for (const [word, its] of [
    ['C:/project/app.c', '/C:/project/app.c'],
    ['-IC:/include', '-I/C:/include'],
    ['-Iinclude', '-Iinclude'],
    ['src/app.c', 'src/app.c'],
    ['-DX=C:/x', '-DX=C:/x'],
  ]) {
    assert.equal(rooted(word ?? '', 'win32'), its);
    assert.equal(rooted(word ?? '', 'linux'), word);
  }
});

test('what it says has drives again', () => {
  const said =
    "/C:/p/app.c:3:5: error: 'x.h' file not found\nIn file included from /C:/p/a.h:1:\n \x1b[1m/D:/b.c:1:2: \x1b[0m";
  assert.equal(
    unrooted(said, 'win32'),
    "C:/p/app.c:3:5: error: 'x.h' file not found\nIn file included from C:/p/a.h:1:\n \x1b[1mD:/b.c:1:2: \x1b[0m",
  );
  assert.equal(unrooted('http://C:/x and a/C:/x', 'win32'), 'http://C:/x and a/C:/x');
  assert.equal(unrooted(said, 'linux'), said);
});

test('lists of dependencies', () => {
  assert.deepEqual(listed('C:\\tmp\\0.o: C:\\my\\ project\\app.c \\\r\n  include\\util.h\r\n'), [
    'C:\\my project\\app.c',
    'include\\util.h',
  ]);
  assert.deepEqual(listed('-: app.c \\\n  a$$b.h a\\#b.h\n'), ['app.c', 'a$b.h', 'a#b.h']);
  assert.deepEqual(listed('out/0.o: app.c\n'), ['app.c']);
  assert.deepEqual(listed(''), []);
});

test('diagnostics about a file on a drive', () => {
  const [{ file, line, column, message } = assert.fail()] = diagnosticsOf('C:\\p\\app.c:3:5: error: no\n', '/p');
  assert.ok(file.endsWith('C:\\p\\app.c'));
  assert.deepEqual([line, column, message], [3, 5, 'no']);
});

test('lines that end as there', () => {
  assert.deepEqual(
    [...named('#include "a.h"\r\n#include <b.h>\r\n#define X \\\r\n  "c.h"\r\n')],
    ['a.h', 'b.h', 'c.h'],
  );
});

test("a path is no option, and an option's may be on a drive", () => {
  const { inputs, compile } = parse(['C:\\p\\app.c', '-I', 'D:\\include'], { own: {}, cwd: '/p' });
  assert.deepEqual(inputs, [{ path: 'C:\\p\\app.c', kind: 'c' }]);
  assert.equal(compile.length, 1);
});

test('batch files are run by the shell', () => {
  assert.deepEqual(commandOf('emcc', ['-v'], 'linux'), ['emcc', ['-v'], {}]);
  assert.deepEqual(commandOf('C:\\llvm\\clang.exe', ['-v'], 'win32'), ['C:\\llvm\\clang.exe', ['-v'], {}]);
  for (const cc of ['emcc', 'C:\\emsdk\\emcc', 'C:\\emsdk\\emcc.bat']) {
    const [, args, how] = commandOf(cc, ['-DX="a b"', '-Iinclude', 'my app.c', 'C:\\x y\\'], 'win32');
    assert.deepEqual(args.slice(0, 3), ['/d', '/s', '/c']);
    assert.equal(args[3], `"${cc} "-DX=\\"a b\\"" -Iinclude "my app.c" "C:\\x y\\\\""`);
    assert.equal(how.windowsVerbatimArguments, true);
  }
});
