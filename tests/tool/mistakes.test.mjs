// The mistakes of tests/compile as the command tells them: one line, in words, at the line that is meant, and little after it.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
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

/** For those that are C++, which the command knows by the name. */
const CPLUSPLUS = '-x c++ ';
const plusplus = mkdtempSync(join(tmpdir(), 'cawait-mistakes-'));
after(() => rmSync(plusplus, { recursive: true }));

const texts = new Map(readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]));

/** How a file of the folder is refused; null: it is only warned of. @param {string} name @param {string} text */
async function refusal(name, text) {
  const given = /^\/\/ flags: (.*)$/m.exec(text)?.[1] ?? '';
  const other = given.startsWith(CPLUSPLUS);
  const flags = given.replace(CPLUSPLUS, '').split(' ').filter(Boolean);
  const host = /** @type {'js' | 'wasi' | 'sim'} */ (/^\/\/ host: (.*)$/m.exec(text)?.[1] ?? 'sim');
  const source = other ? name.replace(/c$/, 'cpp') : name;
  if (other) writeFileSync(join(plusplus, source), text);
  const error = await build({ sources: [source], flags, host, cwd: other ? plusplus : FOLDER }).then(
    () => null,
    (reason) => reason,
  );
  assert.ok(error === null || error instanceof BuildError, error);
  return error;
}

for (const [name, text] of texts) {
  if (!text.startsWith('// first: ')) continue;
  test(name, async () => {
    const error = await refusal(name, text);
    assert.ok(error);
    const lines = plain(error.text).trimEnd().split('\n');
    const at = /^\/\/ at: (.*)$/m.exec(text)?.[1] ?? AT[/** @type {keyof typeof AT} */ (name)];
    const here = text.split('\n').findIndex((row) => !row.startsWith('//') && row.includes(at)) + 1;
    assert.match(lines[0] ?? '', new RegExp(`^${name}:${here}:\\d+: (fatal )?error: `));
    assert.doesNotMatch(lines.join('\n').replaceAll(/^.*\| .*$/gm, ''), UNSPOKEN);
    assert.ok(lines.length <= 7, error.text);
    assert.equal(error.diagnostics[0]?.line, here);
  });
}

test('what else is refused says nothing of the insides of our macros, and each line of the source has one error', async () => {
  for (const [name, text] of texts) {
    if (!text.startsWith('// refused: ')) continue;
    const said = plain((await refusal(name, text))?.text ?? '');
    const errors = said
      .split('\n')
      .flatMap((line) => /^([^ ]*:\d+):\d+: (?:fatal )?error: (.*)/.exec(line)?.slice(1) ?? []);
    assert.doesNotMatch(errors.join('\n'), /caw__|__builtin_/, name);
    const places = errors.filter((_, n) => n % 2 === 0);
    // There it is no macro of ours that says two.
    if (name !== 'computed-goto.c') assert.equal(new Set(places).size, places.length, said);
    const count = /(\d+) errors? generated/.exec(said)?.[1];
    if (count) assert.equal(Number(count), places.length, said);
    // In C++ the file that says it, and where a template was meant, are lines, too.
    if (!text.includes(CPLUSPLUS)) assert.ok(said.trimEnd().split('\n').length <= 13, said);
  }
});

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
  assert.equal(
    await first('begin-no-brackets.c'),
    'begin-no-brackets.c:8:5: error: CAW_BEGIN without its arguments: it is CAW_BEGIN(T)',
  );
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
    await first('await-lock.c'),
    "await-lock.c:7:9: error: CAW_AWAIT: 'caw_lock *' (aka 'struct caw_lock *') is no handle of something to await",
  );
  assert.equal(
    await first('begin-type.c'),
    'begin-type.c:6:5: error: CAW_BEGIN(int) in a function that is CAW_ASYNC(double, ...)',
  );
  assert.equal(
    await first('return-value.c'),
    'return-value.c:8:16: error: an async function is left by CAW_RETURN, not by return',
  );
  assert.match(
    await first('spawn-type.c'),
    /initializing 'caw_of\(int\)' with an expression of type 'caw_of\(double\)'/,
  );
  assert.equal(
    await first('fetch-on-wasi.c', 'wasi'),
    'fetch-on-wasi.c:9:29: error: caw_fetch is of another host: cawait build --host js or --host wasip3',
  );
});
