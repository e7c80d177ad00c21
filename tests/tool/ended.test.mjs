// How programs write, and how they end, under `cawait run`: the same on every host.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { before, test } from 'node:test';
import { COMMAND, cawait, project } from './project.mjs';

const { folder, at } = project({
  'ways.c': `#include <cawait.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void never(void *data) { (void)data; }

CAW_ASYNC(int, fails, int depth)
{
    CAW_BEGIN(int) {
        if (depth) CAW_RETURN(CAW_AWAIT(fails(depth - 1)));
        CAW_RAISE(CAW_VALUE_ERROR, "it is %d", 3);
    } CAW_END;
}

__attribute__((noinline)) static int breaks(int depth)
{
    if (depth == 0) __builtin_trap();
    return breaks(depth - 1) + 1;
}

CAW_ASYNC(int, run, void)
{
    CAW_BEGIN(int) {
        char way[10] = "";
        printf("way? ");
        fflush(stdout);
        int got = scanf("%9s", way);
        CAW_AWAIT(caw_sleep(0));
        if (got != 1) CAW_RETURN(5);
        fprintf(stderr, "[%s]", way);
        printf("no end");
        if (!strcmp(way, "stuck")) CAW_AWAIT(caw_event_wait(caw_event_new()));
        (void)caw_call_later(caw_running_loop(), 1e6, never, NULL);
        if (!strcmp(way, "trap")) breaks(3);
        if (!strcmp(way, "error")) CAW_RETURN(CAW_AWAIT(fails(1)));
        if (!strcmp(way, "exit")) exit(42);
        if (!strcmp(way, "much"))
            for (int n = 0; n < 40000; n++) printf("%d of many lines that are long\\n", n);
        while (!strcmp(way, "yes")) printf("yes\\n");
        CAW_RETURN(ferror(stdout) ? 9 : 0);
    } CAW_END;
}
CAW_MAIN(run);
`,
});
const HOSTS = ['js', 'wasi', 'sim'];
before(() =>
  Promise.all(HOSTS.map((host) => cawait(['build', '--host', host, 'ways.c', '-o', `${host}.wasm`], { cwd: folder }))),
);

/** @param {string} host @param {'pipe' | number} [out] */
function started(host, out = 'pipe') {
  const args = [COMMAND, 'run', at(`${host}.wasm`)];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['pipe', out, 'pipe'] });
  return /** @type {import('node:child_process').ChildProcessWithoutNullStreams} */ (child);
}

for (const host of HOSTS) {
  test(`${host}: what is asked is seen before the answer; what has no end of line is seen at the end; the status`, async () => {
    const child = started(host);
    assert.equal(`${(await once(child.stdout, 'data'))[0]}`, 'way? ');
    child.stdin.end('any');
    assert.equal(`${(await once(child.stdout, 'data'))[0]}`, 'no end');
    assert.deepEqual(await once(child, 'close'), [0, null]);
    const run = (/** @type {string} */ input) => cawait(['run', `${host}.wasm`], { cwd: folder, input });
    assert.deepEqual(await run(''), { status: 5, out: 'way? ', err: '' });
    assert.deepEqual(await run('exit'), { status: 42, out: 'way? no end', err: '[exit]' });
    assert.deepEqual(await run('error'), {
      status: 1,
      out: 'way? no end',
      err: '[error]cawait: CAW_MAIN failed\nValueError: it is 3\n  in fails (ways.c:12)\n  in fails (ways.c:11)\n  in run (ways.c:36)\n',
    });
    const stuck = await run('stuck');
    assert.deepEqual([stuck.status, stuck.out], [1, 'way? no end']);
    assert.match(stuck.err, /^\[stuck\]cawait: deadlock: .*\n.*waits for a Future\n.*run \(ways\.c:33\)\n/);
    const trap = await run('trap');
    assert.equal(trap.status, 134);
    assert.match(
      trap.err,
      /^\[trap\]\S+\.wasm trapped: RuntimeError: unreachable\n {4}at breaks \(0x\w+\)\n {4}at run \(0x\w+\)\n$/,
    );
  });

  test(`${host}: who reads slowly gets all; who goes away ends it; where there is no room`, async () => {
    const child = started(host);
    child.stdin.end('much');
    await once(child.stdout, 'readable'); // the pipe is full long before it is read
    let [text, lines] = ['', 0];
    for await (const bytes of child.stdout) {
      text = `${text}${bytes}`.slice(-100);
      lines += `${bytes}`.split('\n').length - 1;
    }
    assert.deepEqual([lines, text.split('\n').at(-2)], [40000, '39999 of many lines that are long']);
    assert.equal(child.exitCode ?? (await once(child, 'close'))[0], 0);
    const leaving = started(host);
    leaving.stdin.end('yes');
    leaving.stdout.once('data', () => leaving.stdout.destroy());
    assert.deepEqual((await once(leaving, 'exit'))[0], 141);
    if (process.platform !== 'linux') return;
    const full = started(host, openSync('/dev/full', 'w'));
    full.stdin.end('much');
    let said = '';
    full.stderr.on('data', (bytes) => void (said += bytes));
    assert.deepEqual(await once(full, 'close'), [1, null]);
    assert.match(said, /cawait: standard output cannot be written: ENOSPC\n$/);
  });
}
