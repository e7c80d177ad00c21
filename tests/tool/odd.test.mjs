// What nobody means to give: names like options, text of other systems, files that cannot be read, a full disk.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { test } from 'node:test';
import { COMMAND, cawait, project, saying } from './project.mjs';

test('names of files that are like options, addresses or patterns, text of other systems', async () => {
  const odd = ['-dash.c', 'a b.c', 'ä#%20.c', "it's & $(x).c"];
  const names = odd.map((name, n) => [`${name}`, `int f${n}(void);\nint f${n}(void) { return ${n}; }\n`]);
  const { folder, at } = project({
    ...Object.fromEntries(names),
    'crlf.c': saying('lines end as on Windows').replaceAll('\n', '\r\n'),
    'bom.c': `\ufeff${saying('a mark before the text')}`,
    'none.c': '',
  });
  const built = await cawait(['-Wl,--export=f0', 'bom.c', '-o', 'ö x/-.wasm', '--', ...odd], { cwd: folder });
  assert.deepEqual([built.status, built.err], [0, '']);
  const exports = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(at('ö x/-.wasm'))));
  assert.ok(exports.some(({ name }) => name === 'f0'));
  const ran = await cawait(['run', 'crlf.c'], { cwd: folder });
  assert.deepEqual([ran.status, ran.out], [0, 'lines end as on Windows\n'], ran.err);
  const piped = await cawait(['bom.c', '-o', '-'], { cwd: folder });
  assert.deepEqual([piped.status, piped.err, piped.out.slice(0, 4)], [0, '', '\0asm']);
  // A command without main would only trap.
  const none = await cawait(['--host=wasip1', 'none.c'], { cwd: folder });
  assert.deepEqual([none.status, none.err], [1, 'cawait: none.wasm has nothing to run: no main, no CAW_MAIN\n']);
});

test('what cannot be read, or written, is one line', { skip: process.platform === 'win32' }, async () => {
  const { folder, at } = project({ 'a.c': '#include "in/a.h"\n', 'in/a.h': '', 'b.c': saying('x') });
  // To read a folder as a file fails for everybody, root, too.
  rmSync(at('in/a.h'));
  symlinkSync('a.h', at('in/a.h'));
  const looped = await cawait(['a.c'], { cwd: folder });
  assert.match(looped.err, /^a\.c:1:10: fatal error: 'in\/a\.h' file not found/);
  const env = { TMPDIR: at('nowhere') };
  const unlucky = await cawait(['test', 'b.c'], { cwd: folder, env });
  assert.match(unlucky.err, /^cawait: ENOENT: no such file or directory, mkdtemp '.*nowhere.*'\n$/);
  const flags = await cawait(['flags', '--link', '--checked'], { cwd: folder, env: { CAWAIT_CACHE: at('b.c') } });
  assert.match(flags.err, /^cawait: .*b\.c.* cannot be written \(EEXIST\): CAWAIT_CACHE names another folder\n$/);
  const port = await cawait(['port'], { cwd: folder, env: { CAWAIT_CACHE: at('b.c') } });
  if (port.status !== 0)
    assert.match(port.err, /^cawait: .*b\.c.* cannot be written \(\w+\): CAWAIT_CACHE names another/);
  // Where folders that are there are said not to be: Node's own way to make those above never ends.
  if (existsSync('/proc/self')) {
    const never = await cawait(['b.c', '-o', '/proc/x/b.wasm'], { cwd: folder, env: { CAWAIT_CACHE: '/proc/x' } });
    const why = '/proc/x/b.wasm cannot be written: its folder cannot be made: ENOENT';
    assert.deepEqual([never.status, never.err], [1, `cawait: ${why}\n`]);
  }
  // What a module is written to is not said in it.
  const piped = await cawait(['b.c', '-o', '/dev/stdout'], { cwd: folder });
  assert.deepEqual([piped.status, piped.err, piped.out.slice(0, 4)], [0, '', '\0asm']);
  if (!existsSync('/dev/full')) return;
  const full = execFileSync('sh', ['-c', `"$0" "$1" b.c 2>&1 >/dev/full; echo $?`, process.execPath, COMMAND], {
    cwd: folder,
  });
  assert.equal(String(full), 'cawait: standard output cannot be written: ENOSPC\n1\n');
  // The one file that is there and that nobody can read, root neither.
  if (!existsSync('/proc/self/mem')) return;
  symlinkSync('/proc/self/mem', at('mem.c'));
  symlinkSync('/proc/self/mem', at('mem.h'));
  const unread = await cawait(['mem.c'], { cwd: folder });
  assert.deepEqual([unread.status, unread.err], [1, 'cawait: mem.c cannot be read: EIO\n']);
  const header = await cawait(['b.c', '-include', 'mem.h'], { cwd: folder });
  assert.deepEqual([header.status, header.err], [1, 'cawait: mem.h cannot be read: EIO\n']);
});
