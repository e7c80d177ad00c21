// Mistakes that are no file of tests/compile: the same ones in other places, told in few lines by every compiler that the command takes.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { BuildError, build } from '../../wasm/tool/build.mjs';
import { plain } from '../../wasm/tool/diagnostics.mjs';
import { which } from '../command.mjs';
import { project } from './project.mjs';

/** Both compilers, where the machine has the other. @type {Record<string, string>[]} */
const COMPILERS = [{}, ...(which('clang-19') ? [{ cc: 'clang-19' }] : [])];

const FIND = 'CAW_ASYNC(int, find_page, int n) { CAW_BEGIN(int) { CAW_RETURN(n); } CAW_END; }\n';
const BODY = (/** @type {string} */ line) =>
  `#include <cawait.h>\n#include <cawait/export.h>\n#include <stdio.h>\n${FIND}\n${line}\n`;

/** All that is said of a file. @param {Record<string, string>} files @param {any} [options] */
async function said(files, options = {}) {
  const { folder } = project(files);
  const [source = ''] = Object.keys(files);
  const error = await build({ cwd: folder, sources: [source], host: 'js', ...options }).then(
    () => assert.fail('it was built'),
    (reason) => reason,
  );
  assert.ok(error instanceof BuildError, error);
  return plain(error.text).trimEnd().split('\n');
}

/** What the first line says of a mistake in line 6, and that it is short. @type {[string, string][]} */
const MISTAKES = [
  ['int n = CAW_AWAIT(find_page(1));', 'CAW_AWAIT works only in an async function between CAW_BEGIN and CAW_END'],
  ['CAW_ASYNC(void, g) {}', 'CAW_ASYNC without CAW_BEGIN: its body is CAW_BEGIN(type) { ... } CAW_END;'],
  [
    'CAW_ASYNC(int, g) { CAW_BEGIN_GEN(int) { CAW_RETURN(1); } CAW_END_GEN; }',
    'CAW_BEGIN_GEN in a function that is CAW_ASYNC: its body is CAW_BEGIN(int)',
  ],
  [
    'CAW_ASYNC_GEN(char *, g) { CAW_BEGIN(char *) { CAW_YIELD(0); } CAW_END; }',
    'CAW_BEGIN in a function that is CAW_ASYNC_GEN: its body is CAW_BEGIN_GEN(char *)',
  ],
  [
    'CAW_ASYNC(int, g) { CAW_BEGIN { CAW_RETURN(1); } CAW_END; }',
    'CAW_BEGIN without its arguments: it is CAW_BEGIN(T)',
  ],
  [
    'CAW_ASYNC(int, g) { CAW_BEGIN(int) { CAW_RETURN(CAW_AWAIT(find_pages(1))); } CAW_END; }',
    "call to undeclared function 'find_pages'",
  ],
  [
    'CAW_ASYNC(int, g) { CAW_BEGIN(int) { caw_of(int) t = caw_spawn(find_pages(1)); CAW_RETURN(CAW_AWAIT(t)); } CAW_END; }',
    "call to undeclared function 'find_pages'",
  ],
  ['CAW_ASYNC(int, g) { CAW_BEGIN(int) { CAW_RETURN(1); } CAW_END(); }', 'CAW_END is written without brackets'],
  [
    'CAW_ASYNC(int, g) { CAW_BEGIN(int) { CAW_TRY() { } CAW_FINALLY { } CAW_END_TRY; CAW_RETURN(1); } CAW_END; }',
    'CAW_TRY is written without brackets',
  ],
  ['CAW_ASYNC(int, g) { CAW_BEGN(int) { CAW_RETURN(1); } CAW_END; }', 'there is no CAW_BEGN: did you mean CAW_BEGIN?'],
  [
    'CAW_ASYNC(int, g) { CAW_BEGIN(int) { CAW_RETRUN(1); } CAW_END; }',
    'there is no CAW_RETRUN: did you mean CAW_RETURN?',
  ],
  ['CAW_ASYNC(int, g) { CAW_BEGIN(int) { CAW_RETURN(1); } CAW_EDN; }', 'there is no CAW_EDN: did you mean CAW_END?'],
  [
    'CAW_ASNYC(int, g) { CAW_BEGIN(int) { CAW_RETURN(1); } CAW_END; }',
    'there is no CAW_ASNYC: did you mean CAW_ASYNC?',
  ],
  [
    'CAW_ASYNC(int, g) { CAW_BEGIN(int) { int n = caw_await(find_page(1)); CAW_RETURN(n); } CAW_END; }',
    'there is no caw_await: did you mean CAW_AWAIT?',
  ],
  [
    'CAW_ASYNC(int, g) { CAW_BEGIN(int) { CAW_AWAIT(caw_slep(1)); CAW_RETURN(1); } CAW_END; }',
    'there is no caw_slep: did you mean caw_sleep?',
  ],
  [
    'CAW_ASYNC(int, g) { CAW_BEGIN(int) { CAW_TRY { } CAW_EXCEPT { } CAW_END_TRY; } CAW_END; }',
    'CAW_EXCEPT without its arguments: it is CAW_EXCEPT(type, name)',
  ],
  [
    'CAW_ASYNC(int, g) { CAW_BEGIN(int) { CAW_TRY { } CAW_FINALLY { } CAW_TRY_END; } CAW_END; }',
    'there is no CAW_TRY_END: did you mean CAW_END_TRY?',
  ],
  ['CAW_EXPROT(int, find_page, int, n);', 'there is no CAW_EXPROT: did you mean CAW_EXPORT?'],
  ['CAW_HTTP_HANDLER(find_page);', 'CAW_HTTP_HANDLER is of <cawait/http.h>: #include it'],
  [
    'CAW_ASYNC(int, g) { CAW_BEGIN(int) { int n = CAW_AWAIT(find_page()); CAW_RETURN(n); } CAW_END; }',
    'too few arguments to function call',
  ],
  ['#include <cawait/wasi.h>', "'cawait/wasi.h' file not found"],
  ['#include <cawait/exports.h>', "'cawait/exports.h' file not found: did you mean cawait/export.h?"],
  [
    'CAW_ASYNC(int, g) { CAW_BEGIN(int) { caw_unref(CAW_AWAIT(caw_fetch("x"))); CAW_RETURN(1); } CAW_END; }',
    'caw_fetch is of <cawait/fetch.h>: #include it',
  ],
  ['int f(void) { CAW_EXPORT(int, find_page, int, n); }', 'CAW_EXPORT belongs outside of functions'],
  [
    'CAW_ASYNC(int, g, int n) { char a[n]; CAW_BEGIN(int) { CAW_RETURN(a[0]); } CAW_END; }',
    'an array of variable length in an async function: use one of fixed size, or malloc and',
  ],
  ['CAW_EXPORT(find_page);', 'too few arguments: it is CAW_EXPORT(R, function, ...)'],
  [
    `CAW_EXPORT(int, find_page${Array.from({ length: 30 }, (_, n) => `, int, p${n}`).join('')});`,
    'CAW_EXPORT: up to 8 parameters; of more make one struct, see CAW_STRUCT',
  ],
  ['CAW_EXPORT(int, find_page, int, n); CAW_EXPORT(int, find_page, int, n);', 'find_page is exported twice'],
  [
    'CAW_ASYNC(int, m) { CAW_BEGIN(int) { CAW_RETURN(1); } CAW_END; } CAW_MAIN(m) CAW_MAIN(m)',
    'CAW_MAIN is here twice',
  ],
];

for (const options of COMPILERS) {
  const by = options['cc'] ?? 'the embedded compiler';
  test(`mistakes, by ${by}`, async () => {
    for (const [line, message] of MISTAKES) {
      const lines = await said({ 'a.c': BODY(line) }, options);
      const [, at, first = ''] = /^a\.c:(\d+):\d+: (?:fatal )?error: (.*)$/.exec(lines[0] ?? '') ?? [];
      assert.deepEqual([at, first.slice(0, message.length)], ['6', message], lines.join('\n'));
      assert.ok(lines.length <= 7, lines.join('\n'));
      assert.doesNotMatch(lines.filter((text) => !/ \| /.test(text)).join('\n'), /caw__|CAW__/);
    }
  });

  test(`an array of variable length that -w is silent of, and of which the compiler dies, by ${by}`, async () => {
    const array =
      'CAW_ASYNC(int, f, int n)\n{\n    char room[n];\n    memset(room, n, sizeof room);\n    CAW_BEGIN(int) {\n        CAW_AWAIT(caw_sleep(0));\n';
    const files = {
      'a.c': `#include <cawait.h>\n#include <string.h>\n${array}        CAW_RETURN(room[n - 1]);\n    } CAW_END;\n}\n`,
    };
    const lines = await said(files, { ...options, flags: ['-w'] });
    assert.match(
      lines[0] ?? '',
      /^cawait: error: the compiler has died .* of an array of variable length: without -w it says where/,
    );
    assert.equal(lines.length, 1, lines.join('\n'));
    const [where = ''] = await said(files, options);
    assert.match(where, /^a\.c:5:\d+: error: an array of variable length in an async function: /);
  });

  test(`a macro of the program's, around ours, by ${by}`, async () => {
    const lines = await said(
      {
        'a.c':
          '#include <cawait.h>\n#include "wait.h"\nint f(void);\nint f(void)\n{\n    return printf("%d", NOW(1));\n}\n',
        'wait.h': `#include <stdio.h>\n${FIND}#define WAITED(n) CAW_AWAIT(find_page(n))\n#define NOW(n) WAITED(n)\n`,
      },
      options,
    );
    assert.match(lines[0] ?? '', /^a\.c:6:25: error: CAW_AWAIT works only in an async function/);
    assert.ok(lines.length <= 7, lines.join('\n'));
  });

  test(`what the headers refuse as a whole is told where they are included, and alone, by ${by}`, async () => {
    const files = { 'a.c': '\n#include "b.h"\nint f(void) { return x; }\n', 'b.h': '\n\n#include <cawait.h>\n' };
    const low = await said(files, { ...options, flags: ['-O0'] });
    assert.deepEqual(
      low.map((line) => line.replace('./', '')),
      [
        'In file included from a.c:2:',
        'b.h:3:1: error: async functions need -O1 or higher; -O1 -g is the debug build',
        '1 error generated.',
      ],
    );
    const old = await said(
      { 'a.c': '#include <cawait.h>\nint f(void) { return x; }\n' },
      { ...options, flags: ['-ansi'] },
    );
    assert.equal(old[0], 'a.c:1:1: error: C99 or newer: without -ansi or -std=c89; -std=gnu11 is fine');
    assert.equal(old.length, 2, old.join('\n'));
  });

  test(`what only the linker knows has the source's name and line, by ${by}`, async () => {
    const fetch = {
      'a.c': `#include <cawait.h>\n#include <cawait/fetch.h>\n\nCAW_ASYNC(int, m) { CAW_BEGIN(int) {\n    caw_unref(CAW_AWAIT(caw_fetch("x")));\n    CAW_RETURN(0); } CAW_END; }\nCAW_MAIN(m)\n`,
    };
    assert.match(
      (await said(fetch, { ...options, host: 'wasi' }))[0] ?? '',
      /^a\.c:5:\d+: error: caw_fetch is of another host: /,
    );
    const serve = {
      'a.c':
        '#include <cawait.h>\n#include <cawait/http.h>\nCAW_ASYNC(caw_response *, h, caw_request *r) { CAW_BEGIN(caw_response *) { (void)r; CAW_RETURN(caw_respond("x")); } CAW_END; }\nCAW_HTTP_HANDLER(h);\nCAW_ASYNC(int, m) { CAW_BEGIN(int) { CAW_RETURN(0); } CAW_END; }\nCAW_MAIN(m)\n',
    };
    for (const host of ['wasi', 'sim'])
      assert.deepEqual(await said(serve, { ...options, host }), [
        'a.c:4:1: error: CAW_HTTP_HANDLER is of another host: cawait build --host js or --host wasip3',
      ]);
    const never = { 'a.c': '#include <stdio.h>\n\nint main(void) { puts("x"); }\n' };
    assert.match((await said(never, options))[0] ?? '', /^a\.c:3:1: error: int main is never run on JavaScript/);
    const none = { 'deep/a.c': 'int nobody(void);\nint f(void) { return nobody(); }\n' };
    assert.deepEqual(await said(none, { ...options, flags: ['-Wl,--export=f'] }), [
      'wasm-ld: error: deep/a.c: undefined symbol: nobody',
    ]);
    const twice = {
      'a.c': BODY(
        'CAW_EXPORT(int, find_page, int, n);\nCAW_ASYNC(int, m) { CAW_BEGIN(int) { CAW_RETURN(1); } CAW_END; }\nCAW_MAIN(m)',
      ),
    };
    const other = {
      ...twice,
      'b.c': twice['a.c'].replaceAll('find_page', 'page').replaceAll('(m)', '(n)').replace('int, m', 'int, n'),
    };
    assert.equal(
      (await said(other, { ...options, sources: ['a.c', 'b.c'] }))[0],
      'b.c:8:1: error: CAW_MAIN is in a.c, too: a program has one',
    );
    const again = {
      'a.c': twice['a.c'],
      'b.c':
        '#include <cawait.h>\n#include <cawait/export.h>\nCAW_DECLARE(int, find_page, int n);\nCAW_EXPORT(int, find_page, int, n);\n',
    };
    assert.deepEqual(await said(again, { ...options, sources: ['a.c', 'b.c'] }), [
      'b.c:4:1: error: find_page is exported in a.c, too',
    ]);
    const checked = { 'a.c': 'int f(int *n);\nint f(int *n) { return n[0] + n[1]; }\n' };
    assert.deepEqual(await said(checked, { ...options, flags: ['-Wl,--export=f', '-fsanitize=undefined'] }), [
      'wasm-ld: error: a.c: there is no library for -fsanitize= here: add -fsanitize-trap=undefined, which needs none; or --checked',
    ]);
    await said(
      { 'a.c': `${checked['a.c']}#error seen\n` },
      { ...options, flags: ['-fsanitize=undefined', '-fsanitize-trap=undefined'] },
    );
  });
}

test('a header of -include that is nowhere is one line', async () => {
  for (const options of COMPILERS)
    assert.equal(
      (await said({ 'a.c': 'int x;\n' }, { ...options, flags: ['-include', 'none.h'] }))[0],
      'cawait: error: none.h: no such file, which -include names',
    );
});

test(
  'more async functions in a file than the shipped response file has names for, by clang-19',
  { skip: !which('clang-19') },
  async () => {
    const many = Array.from(
      { length: 257 },
      (_, n) => `CAW_ASYNC(int, f${n}) { CAW_BEGIN(int) { CAW_RETURN(${n}); } CAW_END; }\n`,
    );
    const { folder } = project({ 'a.c': `#include <cawait.h>\n${many.join('')}CAW_MAIN(f256)\n` });
    const { module } = await build({ cwd: folder, sources: ['a.c'], flags: ['-O1'], cc: 'clang-19' });
    assert.ok(WebAssembly.validate(module));
  },
);

test('C++ by clang-19: with its library, or what to install', { skip: !which('clang-19') }, async () => {
  const { folder } = project({
    'a.cpp':
      '#include <cawait.hpp>\n#include <string>\nstatic caw::task<int> run() { std::string s(40, 65); co_await caw_sleep(0); co_return (int)s.size(); }\nCAW_MAIN(run)\n',
  });
  const built = build({ cwd: folder, sources: ['a.cpp'], cc: 'clang-19' });
  if (existsSync('/usr/include/wasm32-wasi/c++/v1')) assert.ok(WebAssembly.validate((await built).module));
  else
    await assert.rejects(
      built,
      /^BuildError: clang-19 has no C\+\+ library for WASI: install libc\+\+-19-dev-wasm32, or /,
    );
});
