// `cawait run`: every host, standard input, arguments and statuses, the machine's files.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cawait, project, saying } from './project.mjs';

test('run: every host, arguments, standard input, the status of the program', async () => {
  const { folder } = project({
    'say.c': saying('hello', 3),
    'echo.c': `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) {
    char line[100] = "";
    for (int n = 1; n < argc; n++) printf("%s;", argv[n]);
    if (argc > 1 && strcmp(argv[1], "trap") == 0) abort();
    while (fgets(line, sizeof line, stdin)) fputs(line, stdout);
    return 7;
}\n`,
    'lines.c': `#include <cawait.h>
#include <stdio.h>
#include <string.h>
CAW_ASYNC(int, reads, void)
{
    CAW_BEGIN(int) {
        static char line[6000];
        for (int n = 1; fgets(line, sizeof line, stdin); n++) {
            CAW_AWAIT(caw_sleep(0));
            line[strcspn(line, "\\n")] = 0;
            printf("%d: %s\\n", n, line);
        }
        CAW_RETURN(ferror(stdin) ? 1 : 0);
    } CAW_END;
}
CAW_MAIN(reads);\n`,
    'quiet.c': 'int main(void) { return 0; }\n',
    'only.c':
      '#include <cawait.h>\n#include <cawait/export.h>\nCAW_ASYNC(int, f) { CAW_BEGIN(int) { CAW_RETURN(1); } CAW_END; }\nCAW_EXPORT(int, f);\n',
  });
  for (const host of ['js', 'wasi', 'sim'])
    assert.deepEqual(
      await cawait(['run', '--host', host, 'say.c'], { cwd: folder }),
      { status: 3, out: 'hello\n', err: '' },
      host,
    );
  for (const host of ['js', 'wasi', 'sim'])
    assert.deepEqual(
      await cawait(['run', '--host', host, 'lines.c'], { cwd: folder, input: `one\ntwo\n${'x'.repeat(5000)}` }),
      { status: 0, out: `1: one\n2: two\n3: ${'x'.repeat(5000)}\n`, err: '' },
      host,
    );
  const wasi = ['run', '--host=wasi', 'echo.c'];
  assert.deepEqual(await cawait([...wasi, '-o', 'x', '--help', '--', 'y'], { cwd: folder, input: 'a\nb\n' }), {
    status: 7,
    out: '-o;x;--help;--;y;a\nb\n',
    err: '',
  });
  const trapped = await cawait([...wasi, 'trap'], { cwd: folder });
  assert.deepEqual([trapped.status, trapped.err.split('\n')[0]], [134, 'echo.c trapped: RuntimeError: unreachable']);
  const after = await cawait([...wasi.slice(0, 2), '-Wl,--no-whole-archive', 'echo.c', 'x'], { cwd: folder });
  assert.deepEqual([after.status, after.out], [7, 'x;']);
  await cawait(['build', '--host=wasi', 'echo.c', '-o', 'echo.wasm'], { cwd: folder });
  assert.deepEqual(await cawait(['run', 'echo.wasm', 'z'], { cwd: folder }), { status: 7, out: 'z;', err: '' });
  const nothing = 'has nothing for load(): no CAW_MAIN, no CAW_EXPORT; a program with main() is for --host wasip1';
  assert.deepEqual(await cawait(['run', 'quiet.c'], { cwd: folder }), {
    status: 1,
    out: '',
    err: `cawait: quiet.c ${nothing}\n`,
  });
  const warned = await cawait(['quiet.c'], { cwd: folder });
  assert.deepEqual([warned.status, warned.err], [0, `cawait: warning: quiet.wasm ${nothing}\n`]);
  // What prints has the library in it, and that has no main.
  const never = 'int main is never run on JavaScript; write CAW_MAIN(f), f a CAW_ASYNC(int, f, void)';
  assert.deepEqual(await cawait(['run', 'echo.c'], { cwd: folder }), {
    status: 1,
    out: '',
    err: `echo.c:4:1: error: ${never}\n`,
  });
  const none = await cawait(['run', 'only.c'], { cwd: folder });
  assert.deepEqual(none, {
    status: 1,
    out: '',
    err: 'cawait: only.c has nothing to run: no CAW_MAIN, only functions for JavaScript\n',
  });
});

test('run: the files of the machine, from the working directory or the root', async () => {
  const { folder, at, write } = project({
    'cat.c': `#include <cawait.h>
#include <stdio.h>
#include <stdlib.h>
CAW_ASYNC(int, run) {
    CAW_BEGIN(int) {
        char  text[100] = "";
        FILE *f = fopen(getenv("CAT") ? getenv("CAT") : "note.txt", "r");
        if (!f) CAW_RETURN(3);
        fputs(fgets(text, sizeof text, f), stdout);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(run);\n`,
  });
  write('note.txt', 'noted\n');
  for (const host of ['js', 'wasi']) {
    const args = ['run', '--host', host, 'cat.c'];
    assert.deepEqual(await cawait(args, { cwd: folder }), { status: 0, out: 'noted\n', err: '' }, host);
    const env = { ...process.env, CAT: at('note.txt') };
    assert.deepEqual(await cawait(args, { cwd: folder, env }), { status: 0, out: 'noted\n', err: '' }, host);
    const absent = { ...process.env, CAT: 'none.txt' };
    assert.deepEqual(await cawait(args, { cwd: folder, env: absent }), { status: 3, out: '', err: '' }, host);
  }
});
