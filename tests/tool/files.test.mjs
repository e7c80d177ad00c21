// Which files the compiler sees: sources anywhere, headers as clang finds them, options that name folders and files.

import assert from 'node:assert/strict';
import { existsSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { build } from '../../wasm/tool/build.mjs';
import { named } from '../../wasm/tool/view.mjs';
import { which } from '../command.mjs';
import { project } from './project.mjs';

/** What a C program of the project returns. @param {string} cwd @param {string[]} sources @param {string[]} [flags] */
async function value(cwd, sources, flags = []) {
  // Without a start of its own a module of plain C exports what it is told to.
  const { module } = await build({ cwd, sources, host: 'js', flags: ['-Wl,--export=value', ...flags] });
  const compiled = await WebAssembly.compile(module);
  const nothing = new Proxy({}, { get: () => () => 0 });
  const imports = Object.fromEntries(WebAssembly.Module.imports(compiled).map(({ module: from }) => [from, nothing]));
  const { exports } = await WebAssembly.instantiate(compiled, imports);
  return /** @type {() => number} */ (exports['value'])();
}

test('headers beside a source, below it, above it, and above the folder of work', async () => {
  const { at } = project({
    'work/src/a.c':
      '#include "b.h"\n#include "deep/c.h"\n#include "../d.h"\n#include "../../e.h"\nint value(void) { return B + C + D + E; }\n',
    'work/src/b.h': '#define B 1\n',
    'work/src/deep/c.h': '#include "../near.h"\n#define C (NEAR * 10)\n',
    'work/src/near.h': '#define NEAR 1\n',
    'work/d.h': '#define D 100\n',
    'e.h': '#define E 1000\n',
  });
  assert.equal(await value(at('work'), ['src/a.c']), 1111);
  assert.equal(await value(at('work/src'), ['a.c']), 1111);
  assert.equal(await value(at('work/src/deep'), ['../a.c']), 1111, 'a source above the folder of work');
  assert.equal(await value(at('.'), [at('work/src/a.c')]), 1111, 'an absolute path');
  assert.equal(await value(at('work'), ['src/deep/../a.c']), 1111, 'a step up inside of a path');
  assert.equal(await value(at('work'), [`${at('work')}/../work/./src//a.c`]), 1111, 'in an absolute one');
});

test('two files of one name in different folders, sources and headers', async () => {
  const { folder } = project({
    'a/util.c': '#include "util.h"\nint a(void) { return UTIL; }\n',
    'a/util.h': '#define UTIL 1\n',
    'b/util.c': '#include "util.h"\nint b(void) { return UTIL; }\n',
    'b/util.h': '#define UTIL 20\n',
    'util.c': 'int a(void); int b(void);\nint value(void) { return a() + b(); }\n',
    'util.h': '#define UTIL 300\n',
  });
  assert.equal(await value(folder, ['a/util.c', 'b/util.c', 'util.c']), 21);
});

test("-I, -iquote, -isystem, -idirafter, joined and apart, in clang's order; #include_next", async () => {
  const { folder } = project({
    'a.c': '#include "x.h"\n#include <y.h>\n#include <z.h>\nint value(void) { return X + Y + Z; }\n',
    'quote/x.h': '#define X 1\n',
    'one/y.h': '#include_next <y.h>\n#define Y (NEXT_Y + 10)\n',
    'two/y.h': '#define NEXT_Y 100\n',
    'after/y.h': '#error too far\n',
    'after/z.h': '#define Z 1000\n',
  });
  assert.equal(await value(folder, ['a.c'], ['-iquote', 'quote', '-Ione', '-isystem', 'two', '-idirafterafter']), 1111);
  assert.equal(await value(folder, ['a.c'], ['-iquotequote', '-I', 'one', '-isystemtwo', '-idirafter', 'after']), 1111);
  const steps = [
    '-iquoteone/../quote',
    '-I',
    'two/../one',
    '-isystem',
    './two/../two',
    '-idirafter',
    `${folder}/one/../after`,
  ];
  assert.equal(await value(folder, ['a.c'], steps), 1111);
});

const POSIX = { skip: process.platform === 'win32' };

test(
  'a step up from a folder that is a link is one from the folder that it leads to, as the system has it',
  POSIX,
  async () => {
    const { folder, at } = project({
      'there/src/a.c': '#include "../b.h"\n#include <c.h>\nconst char *f(void) { return B C; }\n',
      'there/b.h': '#define B "there"\n',
      'there/inc/c.h': '#define C ".c"\n',
      'here/b.h': '#define B "here"\n',
      'here/inc/c.h': '#define C ".wrong"\n',
    });
    symlinkSync('../there/src', at('here/link'), 'dir');
    for (const cc of which('clang-19') ? [{}, { cc: 'clang-19' }] : [{}])
      for (const source of ['link/a.c', 'link/../src/a.c', `${at('here/link')}/../src/a.c`]) {
        const built = await build({
          ...cc,
          sources: [source],
          flags: ['-Ilink/../inc', '-Wl,--export=f'],
          cwd: at('here'),
          out: 'link/../a.wasm',
        });
        assert.ok(Buffer.from(built.module).includes('there.c'), source);
        assert.deepEqual(
          built.dependencies.map((path) => realpathSync(path)).sort(),
          ['there/b.h', 'there/inc/c.h', 'there/src/a.c'].map((path) => realpathSync(at(path))),
        );
        assert.ok(existsSync(at('there/a.wasm')) && !existsSync(at('here/a.wasm')));
      }
    // Two slashes are the root, too.
    const { module } = await build({
      sources: [`/${at('there/src/a.c')}`],
      flags: [`-I/${at('there/inc')}`, '-include', `/${at('there/b.h')}`, '-Wl,--export=f'],
      cwd: folder,
    });
    assert.ok(Buffer.from(module).includes('there.c'));
  },
);

test('-include and -imacros, names that macros make, -D of a name', async () => {
  const { folder } = project({
    'a.c':
      '#define NAME "made.h"\n#include NAME\n#define PASTE(x) <x.h>\n#include PASTE(pasted)\n#include GIVEN\nint value(void) { return FORCED + MACROS + MADE + PASTED + G; }\n',
    'forced.h': '#define FORCED 1\n',
    'macros.h': 'int never(void);\n#define MACROS 10\n',
    'made.h': '#define MADE 100\n',
    'inc/pasted.h': '#define PASTED 1000\n',
    'given.h': '#define G 10000\n',
  });
  const flags = ['-include', 'forced.h', '-imacros', 'macros.h', '-Iinc', '-DGIVEN="given.h"'];
  assert.equal(await value(folder, ['a.c'], flags), 11111);
});

test("-include and -imacros are searched as clang searches them: from the folder of work, then in the command line's", async () => {
  const { folder } = project({
    'src/a.c':
      '#ifndef true\n#error stdbool.h was not forced\n#endif\nint value(void) { return FORCED + MACROS + HERE; }\n',
    'src/here.h': '#error it is not the folder of the source that is searched\n',
    'here.h': '#define HERE 1\n',
    'inc/forced.h': '#define FORCED 10\n',
    'quote/macros.h': '#define MACROS 100\n',
  });
  const flags = [
    '-std=gnu11',
    '-include',
    'stdbool.h',
    '-Iinc',
    '-include',
    'forced.h',
    '-iquote',
    'quote',
    '-imacrosmacros.h',
  ];
  assert.equal(await value(folder, ['src/a.c'], [...flags, '-includehere.h']), 111);
});

test('folders of headers that are there are not missing; those that are not, are', async () => {
  const { folder } = project({ 'work/a.c': 'int value(void) { return 1; }\n', 'work/inc/x.h': '', 'beside/x.h': '' });
  const missed = async (/** @type {string[]} */ flags) =>
    (await build({ cwd: `${folder}/work`, sources: ['a.c'], flags: ['-Wmissing-include-dirs', ...flags] })).diagnostics
      .length;
  assert.equal(await missed(['-Iinc', '-I', './inc/', `-I${folder}/beside`, '-I../beside', '-I.']), 0);
  assert.equal(await missed(['-Inone']), 1);
});

test('-D, -U, -std, -f, -m and -W reach the compiler, the last one counts', async () => {
  const { folder } = project({
    'a.c': `#if !defined(ONE) || VALUE != 7 || defined(GONE) || __STDC_VERSION__ != 201112L || !defined(__wasm_simd128__)
#error the options did not arrive
#endif
int value(void) { int x = 0x7fffffff; unsigned char c = 200; int unused; return ONE + VALUE + (c > 0) + (x + 1 < 0); }\n`,
  });
  const flags = [
    '-DONE',
    '-D',
    'VALUE=7',
    '-DGONE',
    '-UGONE',
    '-std=c11',
    '-msimd128',
    '-fwrapv',
    '-Wno-unused-variable',
  ];
  const { diagnostics } = await build({ cwd: folder, sources: ['a.c'], flags: ['-Wl,--export=value', ...flags] });
  assert.deepEqual(diagnostics, []);
  assert.equal(await value(folder, ['a.c'], flags), 10);
});

test('objects, static libraries, -l of -L and of the system, options of the linker', async () => {
  const { folder, at, write } = project({
    'a.c':
      '#include <signal.h>\nint twice(int);\nint thrice(int);\nint value(void) { return twice(3) + thrice(1) + (signal(SIGINT, SIG_DFL) == SIG_ERR); }\n',
    'twice.c': 'int twice(int n) { return 2 * n; }\n',
    'thrice.c': 'int thrice(int n) { return 3 * n; }\n',
  });
  const { run } = await import('../../wasm/toolchain/clang.mjs');
  for (const name of ['twice', 'thrice']) {
    const { result } = await run(
      ['clang', '--target=wasm32-wasip1', '-c', 'a.c', '-o', '-'],
      { 'a.c': `int ${name}(int n) { return ${name === 'twice' ? 2 : 3} * n; }` },
      '-',
    );
    assert.ok(result);
    write(`objects/${name}.o`, result);
  }
  const { readFileSync } = await import('node:fs');
  const { result } = await run(
    ['ar', 'rcsD', 'lib.a', 'thrice.o'],
    { 'thrice.o': readFileSync(at('objects/thrice.o')) },
    'lib.a',
  );
  assert.ok(result);
  write('lib/libthrice.a', result);
  const flags = ['-D_WASI_EMULATED_SIGNAL', '-lwasi-emulated-signal'];
  assert.equal(await value(folder, ['a.c', 'objects/twice.o'], [...flags, '-Llib', '-lthrice']), 9);
  assert.equal(await value(folder, ['a.c', 'objects/twice.o', 'lib/libthrice.a'], flags), 9);
  const byLinker = ['-Wl,-L,lib', '-Xlinker', '-lthrice', '-Wl,objects/twice.o'];
  assert.equal(await value(folder, ['a.c'], [...flags, ...byLinker]), 9, 'the same said to the linker');
  assert.equal(
    await value(folder, ['a.c', 'twice.c', 'thrice.c'], [...flags, '-Wl,--export-all', '-Xlinker', '--no-gc-sections']),
    9,
  );
  await assert.rejects(
    build({ cwd: folder, sources: ['a.c', 'twice.c'], flags: [...flags, '-lnone', '-Wl,--export=value'] }),
    /unable to find library -lnone/,
  );
  await assert.rejects(
    build({ cwd: folder, sources: ['a.c', 'thrice.c'], flags: [...flags, '-Wl,--export=value'] }),
    /a\.c: undefined symbol: twice/,
  );
});

test('--whole-archive is of the libraries between it and its end', async () => {
  const { folder, write } = project({
    'a.c': 'int register_count;\nint value(void) { return register_count; }\n',
  });
  const { run } = await import('../../wasm/toolchain/clang.mjs');
  for (const name of ['one', 'two']) {
    const text = 'extern int register_count; __attribute__((constructor)) static void up(void) { register_count++; }\n';
    const { result } = await run(['clang', '--target=wasm32-wasip1', '-c', 'a.c', '-o', '-'], { 'a.c': text }, '-');
    const archive = await run(['ar', 'rcsD', 'lib.a', `${name}.o`], { [`${name}.o`]: result ?? '' }, 'lib.a');
    write(`lib/lib${name}.a`, archive.result ?? '');
  }
  const whole = ['-Wl,--whole-archive', '-Llib', '-lone', '-Wl,--no-whole-archive', 'lib/libtwo.a'];
  for (const cc of [undefined, ...(which('clang-19') ? ['clang-19'] : [])]) {
    const flags = [...whole, '-Wl,--export=value'];
    const { module } = await build({ cwd: folder, sources: ['a.c'], flags, ...(cc ? { cc } : {}) });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module));
    /** @type {any} */ (exports)._initialize();
    assert.equal(/** @type {any} */ (exports).value(), 1, cc);
  }
});

test('C++ beside C: C++20, its library, headers of both', async () => {
  const { folder } = project({
    'a.c': '#include "both.h"\nint value(void) { return sum(4); }\n',
    'sum.cpp': `#include "both.h"
#include <concepts>
#include <numeric>
#include <string>
#include <vector>
template <std::integral T> static T add(T a, T b) { return a + b; }
int sum(int n) { std::vector<int> v(n, 2); std::string s("12345678901234567890"); return add(std::accumulate(v.begin(), v.end(), 0), static_cast<int>(s.size())); }\n`,
    'both.h': '#ifdef __cplusplus\nextern "C"\n#endif\nint sum(int n);\n',
  });
  assert.equal(await value(folder, ['a.c', 'sum.cpp']), 28);
});

test('paths are as they were given: in messages, in __FILE__, and in the list of what was read', async () => {
  const { at, write } = project({
    'app/src/a.c':
      '#include "../../lib/b.h"\nconst char *file = __FILE__;\nint value(void) { return file[0] + file[3]; }\n',
    'lib/b.h': 'static int never_used(void) { return 0; }\n',
  });
  const cwd = at('app');
  assert.equal(await value(cwd, ['src/a.c']), 's'.charCodeAt(0) + '/'.charCodeAt(0));
  const { diagnostics, text, dependencies } = await build({ cwd, sources: ['src/a.c'], flags: ['-Wunused-function'] });
  assert.deepEqual(
    diagnostics.map(({ file, line, severity }) => ({ file, line, severity })),
    [{ file: at('lib/b.h'), line: 1, severity: 'warning' }],
  );
  assert.match(
    text.replace(/\x1b\[[\d;]*m/g, ''),
    /^In file included from src\/a\.c:1:\nsrc\/..\/..\/lib\/b\.h:1:12: warning: unused function/,
  );
  assert.deepEqual(dependencies.sort(), [at('app/src/a.c'), at('lib/b.h')]);
  write('lib/b.h', '#error no\n');
  await assert.rejects(build({ cwd: at('.'), sources: [at('app/src/a.c')] }), (/** @type {any} */ error) => {
    assert.equal(error.name, 'BuildError');
    assert.match(
      error.message,
      new RegExp(`^In file included from ${at('app/src/a.c')}:1:\n${at('app/src')}/../../lib/b.h:1:2: error: no`),
    );
    assert.deepEqual(
      error.diagnostics.map((/** @type {any} */ d) => [d.file, d.line, d.column, d.severity, d.message]),
      [[at('lib/b.h'), 1, 2, 'error', 'no']],
    );
    return true;
  });
  await assert.rejects(
    build({ cwd: at('.'), sources: ['wrong.c'], flags: [] }),
    /^BuildError: wrong\.c: no such file$/,
  );
});

test('warnings come again from the cache; -Wall is there unless it is taken back', async () => {
  const { folder } = project({ 'a.c': `int value(void) { int nobody_${process.pid}; return 1; }\n` });
  const say = async (/** @type {string[]} */ flags) =>
    (await build({ cwd: folder, sources: ['a.c'], flags })).diagnostics.map(({ message }) => message);
  const warning = [`unused variable 'nobody_${process.pid}' [-Wunused-variable]`];
  assert.deepEqual(await say([]), warning);
  assert.deepEqual(await say([]), warning, 'from the cache');
  assert.deepEqual(await say(['-w']), []);
  assert.deepEqual(await say(['-Wno-all']), []);
});

test('a header that appears before the one that was found is taken: what is cached knows what was not there', async () => {
  const { folder, write, at } = project({
    'a.c': '#include <x.h>\nint value(void) { return X; }\n',
    'two/x.h': '#define X 2\n',
    'one/y.h': '\n',
  });
  const flags = ['-Ione', '-Itwo'];
  assert.equal(await value(folder, ['a.c'], flags), 2);
  write('one/x.h', '#define X 1\n');
  assert.equal(await value(folder, ['a.c'], flags), 1);
  writeFileSync(at('one/x.h'), '#define X 3\n#define MORE\n');
  assert.equal(await value(folder, ['a.c'], flags), 3);
  rmSync(at('one/x.h'));
  assert.equal(await value(folder, ['a.c'], flags), 2);
});

test('what counts as the name of a file', () => {
  const text =
    '#include "a.h"\n  #  include <b/c.h>\n#include \\\n "d.h"\n%:include "e.h"\n#if __has_include("f.h")\n#embed "g.bin"\n#define X "h.h"\nputs("not.h");\n#define A() ("i", <)\n';
  assert.deepEqual([...named(text)], ['a.h', 'b/c.h', 'd.h', 'e.h', 'f.h', 'g.bin', 'h.h', 'i']);
});

test('more async functions in a file than the shipped response file has names for', async () => {
  const many = Array.from(
    { length: 257 },
    (_, n) => `CAW_ASYNC(int, f${n}, void) { CAW_BEGIN(int) { CAW_RETURN(${n}); } CAW_END; }\n`,
  );
  const { folder } = project({ 'many.c': `#include <cawait.h>\n${many.join('')}CAW_MAIN(f256)\n` });
  const { module } = await build({ cwd: folder, sources: ['many.c'], host: 'js', flags: ['-O1'] });
  assert.ok(WebAssembly.validate(module));
});
