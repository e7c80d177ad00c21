// The mistakes of tests/compile as the command tells them: one line, in words, at the line that is meant, and little after it.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { BuildError, build } from '../../wasm/tool/build.mjs';
import { plain } from '../../wasm/tool/diagnostics.mjs';

const FOLDER = join(import.meta.dirname, '../compile');

/** What our macros say in names, and the compiler around assertions. */
const UNSPOKEN = /static assertion|_works_|_without_|_is_of_the_|fatal error: call to undeclared function 'this|caw__/;

const AT = {
  'fetch-on-wasi.c': 'caw_fetch(',
  'stdin-on-js.c': 'caw_stdin_line(',
  'export-on-wasi.c': 'CAW_EXPORT(',
  'main-on-js.c': 'int main(',
  'main-with-arguments-on-js.c': 'int main(',
};

for (const name of readdirSync(FOLDER)) {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  if (!text.startsWith('// first: ')) continue;
  test(name, async () => {
    const flags = /^\/\/ flags: (.*)$/m.exec(text)?.[1]?.split(' ') ?? [];
    const host = /** @type {'js' | 'wasi' | 'sim'} */ (/^\/\/ host: (.*)$/m.exec(text)?.[1] ?? 'sim');
    const error = await build({ sources: [name], flags, host, cwd: FOLDER }).then(
      () => assert.fail('it was built'),
      (reason) => reason,
    );
    assert.ok(error instanceof BuildError, error);
    const lines = plain(error.text).trimEnd().split('\n');
    const at = /^\/\/ at: (.*)$/m.exec(text)?.[1] ?? AT[/** @type {keyof typeof AT} */ (name)];
    const here = text.split('\n').findIndex((row) => !row.startsWith('//') && row.includes(at)) + 1;
    assert.match(lines[0] ?? '', new RegExp(`^${name}:${here}:\\d+: (fatal )?error: `));
    assert.doesNotMatch(lines.join('\n').replaceAll(/^.*\| .*$/gm, ''), UNSPOKEN);
    assert.ok(lines.length <= 7, error.text);
    assert.equal(error.diagnostics[0]?.line, here);
  });
}

test('what is said in words', async () => {
  /** @param {string} name @param {'js' | 'wasi' | 'sim'} host */
  const first = (name, host = 'sim') =>
    build({ sources: [name], host, cwd: FOLDER }).then(
      () => assert.fail('it was built'),
      (error) => plain(error.text).split('\n')[0],
    );
  const async_ = 'works only in an async function between CAW_BEGIN and CAW_END';
  assert.equal(await first('await-outside.c'), `await-outside.c:15:5: error: CAW_AWAIT ${async_}`);
  assert.equal(await first('raise-outside.c'), `raise-outside.c:6:23: error: CAW_RAISE ${async_}`);
  assert.equal(await first('end-try-missing.c'), 'end-try-missing.c:8:9: error: CAW_TRY without CAW_END_TRY');
  assert.equal(await first('end-for-missing.c'), 'end-for-missing.c:10:9: error: this loop needs a CAW_END_FOR');
  assert.equal(
    await first('main-plain.c'),
    'main-plain.c:6:1: error: CAW_MAIN: the function must be CAW_ASYNC(int, name, void); its int is the exit code',
  );
  assert.equal(
    await first('main-on-js.c', 'js'),
    'main-on-js.c:12:1: error: int main is never run on JavaScript; write CAW_MAIN(f), f a CAW_ASYNC(int, f, void)',
  );
  assert.equal(
    await first('fetch-on-wasi.c', 'wasi'),
    'fetch-on-wasi.c:9:29: error: caw_fetch is of another host: cawait build --host js',
  );
});
