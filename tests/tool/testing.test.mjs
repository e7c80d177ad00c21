// `cawait test`: which files are tests, what counts as a case, and how it is reported.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { readFileSync, readdirSync, watch } from 'node:fs';
import { test } from 'node:test';
import { REPORTERS, cases } from '../../wasm/tool/cases.mjs';
import { COMMAND, cawait, project } from './project.mjs';

const HOUR = `#include <cawait.h>
#include <stdio.h>
int twice(int);
CAW_ASYNC(int, main_task) { CAW_BEGIN(int) {
    CAW_AWAIT(caw_sleep(3600));
    printf("%s an hour\\nnot ok leap seconds # TODO next year\\n", twice(2) == 4 ? "ok" : "not ok");
    CAW_RETURN(0);
} CAW_END; }
CAW_MAIN(main_task);
`;

test('tests are found by name, linked with the others, run in virtual time; TAP, and the status', async () => {
  const { folder, at } = project({
    'test/hour.test.c': HOUR,
    'test/fails_test.c': '#include <assert.h>\nint main(void) { assert(1 == 2); }\n',
    'test/helper.c': '#error is not a test\n',
    'src/twice.c': 'int twice(int n) { return 2 * n; }\n',
    'plain/plain.c': 'int main(void) { return 0; }\n',
    'plain/wrong.c': 'int main(void) { return x; }\n',
  });
  const good = await cawait(['test', 'test/hour.test.c', 'src/twice.c'], { cwd: folder });
  assert.deepEqual(good, {
    status: 0,
    err: '',
    out: 'TAP version 13\n# test/hour.test.c\nok 1 - an hour\nnot ok 2 - leap seconds # TODO next year\n1..2\n# pass 1\n# fail 0\n# todo 1\n',
  });
  const all = await cawait(['test', 'src/twice.c', '--reporter=spec'], { cwd: folder });
  assert.deepEqual([all.status, all.err], [1, '']);
  assert.match(
    all.out,
    /^test\/fails_test\.c\n[^]*\ntest\/hour\.test\.c\n  ✔ an hour\n  - leap seconds \(to do: next year\)\n\n1 passed, 1 failed, 1 to do\n$/,
  );
  const found = await cawait(['test', '--reporter=spec', '-Dx=0'], { cwd: folder });
  assert.equal(found.status, 1);
  assert.match(
    found.out,
    /^test\/fails_test\.c\n  ✖ test\/fails_test\.c \(status 134\)\n      Assertion failed: 1 == 2 [^]*main[^]*\ntest\/hour\.test\.c\n  ✖ [^]*undefined symbol: twice\n\n0 passed, 2 failed\n$/,
  );
  const plain = await cawait(['test', '--release', '--host=wasi', 'plain.c', 'wrong.c'], { cwd: at('plain') });
  assert.match(
    plain.out,
    /^TAP version 13\n# plain\.c\nok 1 - plain\.c\n# wrong\.c\nnot ok 2 - wrong\.c \(not built\)\n  ---\n  output: \|\n    wrong\.c:1:25: error: [^]*1\.\.2\n# pass 1\n# fail 1\n$/,
  );
  const none = await cawait(['test'], { cwd: project({}).folder });
  assert.deepEqual(
    [none.status, none.err.split('\n')[0]],
    [2, 'cawait: no tests are here: *.test.c in ., test, tests, src'],
  );
});

test('a program that hangs is stopped and is a failure', async () => {
  const { folder } = project({ 'hangs.c': 'int main(void) { for (volatile int n = 0;; n++) {} }\n' });
  const { status, out } = await cawait(['test', '--timeout=0.5', 'hangs.c'], { cwd: folder });
  assert.equal(status, 1);
  assert.match(out, /^not ok 1 - hangs\.c \(not done after 0\.5 s\)$/m);
});

test('what counts as a case', () => {
  const of = (/** @type {string} */ output, status = 0) =>
    cases('f', { status, signal: null, output }).map(({ name, good, output: shown }) => [name, good, shown]);
  assert.deepEqual(of(''), [['f', true, '']]);
  assert.deepEqual(of('', 3), [['f (status 3)', false, '\n']]);
  assert.deepEqual(of('ok a\nok 2 - b\nok\nokay\n'), [
    ['a', true, ''],
    ['b', true, ''],
    ['case 3', true, ''],
  ]);
  assert.deepEqual(
    of('ok a\nwhy\nnot ok b\n', 1),
    [
      ['a', true, ''],
      ['b', false, 'why\n'],
    ],
    'the status is of the case that failed',
  );
  assert.deepEqual(
    of('not ok b\ntrap\n', 134),
    [
      ['b', false, ''],
      ['f (status 134)', false, 'trap\n\n'],
    ],
    'but a trap is one more',
  );
  assert.deepEqual(
    of('# before\nnot ok 1 - a \\# b\n# x.c:3\n  ---\n  at: 3\n\n  ...\nlater\n# of b\nnot ok b\n'),
    [
      ['a # b', false, '# before\n# x.c:3\n  ---\n  at: 3\n\n  ...\n'],
      ['b', false, 'later\n# of b\n'],
    ],
    'comments and YAML behind a failure are about it',
  );
  const directed = (/** @type {string} */ output, status = 0) => cases('f', { status, signal: null, output });
  assert.deepEqual(
    directed('ok 1 - a # SKIP no network\nnot ok 2 b # todo: next week\nok # skipped\nok c#TODO\n1..4\n'),
    [
      { name: 'a', good: true, output: '', directive: 'SKIP', reason: 'no network' },
      { name: 'b', good: false, output: '', directive: 'TODO', reason: 'next week' },
      { name: 'case 3', good: true, output: '', directive: 'SKIP', reason: '' },
      { name: 'c#TODO', good: true, output: '' },
    ],
  );
  assert.deepEqual(directed('1..0 # Skipped: not here\n'), [
    { name: 'f', good: true, output: '', directive: 'SKIP', reason: 'not here' },
  ]);
  for (const [output, name, status = 0] of /** @type {const} */ ([
    ['1..2\nok a\n', 'f (1 of 2 cases)'],
    ['ok a\nok b\n1..1\n', 'f (2 of 1 cases)'],
    ['1..3\nok a\nBail out! no more disk\n', 'f (gave up: no more disk)', 1],
    ['1..0 # SKIP later\n', 'f (status 1)', 1],
    ['not ok a # TODO\n', 'f (status 2)', 2],
  ])) {
    const bad = directed(output, status).filter(({ good, directive }) => !good && !directive);
    assert.deepEqual(
      bad.map((one) => one.name),
      [name],
      output,
    );
  }
  assert.deepEqual(of('ok a\n', 1), [
    ['a', true, ''],
    ['f (status 1)', false, '\n'],
  ]);
});

test('the reports', () => {
  const tested = {
    file: 'f',
    cases: [
      { name: 'a # b', good: true, output: '' },
      { name: 'c', good: false, output: 'x\ny\n' },
      { name: 'd', good: true, output: '', directive: 'SKIP', reason: '' },
      { name: 'e', good: false, output: 'z\n', directive: 'TODO', reason: 'soon' },
      { name: 'g', good: true, output: '', directive: 'TODO', reason: '' },
    ],
  };
  /** @param {(print: (line: string) => void) => { add(tested: any): void, end(): number }} reporter */
  const report = (reporter) => {
    let text = '';
    const { add, end } = reporter((line) => void (text += `${line}\n`));
    add(tested);
    assert.equal(end(), 1);
    return text;
  };
  assert.equal(
    report(REPORTERS.tap),
    'TAP version 13\n# f\nok 1 - a \\# b\nnot ok 2 - c\n  ---\n  output: |\n    x\n    y\n  ...\nok 3 - d # SKIP\nnot ok 4 - e # TODO soon\n  ---\n  output: |\n    z\n  ...\nok 5 - g # TODO\n1..5\n# pass 1\n# fail 1\n# skip 1\n# todo 2\n',
  );
  assert.equal(
    report((print) => REPORTERS.spec(print, false)),
    'f\n  ✔ a # b\n  ✖ c\n      x\n      y\n  - d (skipped)\n  - e (to do: soon)\n  - g (to do, but it passes)\n\n1 passed, 1 failed, 1 skipped, 2 to do\n',
  );
});

const SPINS = `#include <stdio.h>
int main(void) {
    fclose(fopen("begun", "w"));
    for (volatile int n = 0;; n++);
}
`;

/** Processes, but for this one, that were told of a file. @param {string} path */
const about = (path) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return Number(pid) !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(path);
    } catch {
      return false; // no process, or one that has just ended
    }
  });

test('a signal leaves neither processes nor files', { skip: process.platform !== 'linux' }, async () => {
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT'])) {
    const { folder, at } = project({ 'a.test.c': SPINS, 'tmp/x': '' });
    const watched = watch(folder);
    const child = spawn(process.execPath, [COMMAND, 'test'], {
      cwd: folder,
      env: { ...process.env, TMPDIR: at('tmp') },
      stdio: 'ignore',
    });
    for await (const [, name] of on(watched, 'change')) if (name === 'begun') break;
    watched.close();
    assert.equal(about(at('tmp')).length, 1);
    child.kill(signal);
    const [status, by] = await once(child, 'close');
    assert.deepEqual([status, by], [null, signal]);
    assert.deepEqual(readdirSync(at('tmp')), ['x']);
    while (about(at('tmp')).length > 0) await new Promise((next) => setImmediate(next)); // it is killed, and ends
  }
});
