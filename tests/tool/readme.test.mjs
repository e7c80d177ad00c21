// What README says to type: each `npx cawait` line in its blocks is run as it stands, and so is the build script.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { cawait, project, saying } from './project.mjs';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
/** Ends with Ctrl-C (dev.test.mjs), and needs Emscripten (its leg). */
const ELSEWHERE = /^npx cawait dev |--cc emcc/;

/** A project as README has it: app.c, src/util.c, include, and a test. */
function readers() {
  const { folder, at } = project({
    'app.c': `#include <util.h>\n${saying('README')}`,
    'include/util.h': 'int util(int n);\n',
    'src/util.c': 'int util(int n) { return n; }\n',
    'util.test.c': '#include <stdio.h>\nint main(void) { puts("ok util"); return 0; }\n',
  });
  mkdirSync(at('node_modules'));
  symlinkSync(ROOT, at('node_modules/cawait'));
  return { folder, at };
}

test('the lines of its blocks', async () => {
  const blocks = [...README.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block = '']) => block).join('');
  const lines = [...blocks.matchAll(/^npx cawait .*$/gm)].map(([line]) => line.replace(/ +#.*$/, ''));
  assert.ok(lines.length >= 5, blocks);
  const { folder, at } = readers();
  for (const line of lines) {
    if (ELSEWHERE.test(line)) continue;
    const args = line.split(' ').slice(2);
    // The first shows the search for headers; the others need not repeat it.
    if (args[0] === 'run') args.splice(1, 0, '-Iinclude');
    const { status, err } = await cawait(args, { cwd: folder });
    assert.deepEqual([line, status, err], [line, 0, '']);
  }
  assert.ok(existsSync(at('app.wasm')) && existsSync(at('my-app/package.json')));
});

test('the commands and options in its sentences', async () => {
  const named = [...README.matchAll(/`npx cawait ([a-z]+)((?: --[a-z-]+)*)/g)];
  assert.ok(named.length >= 4);
  for (const [, command = '', options = ''] of named) {
    const { status, out } = await cawait([command, '--help']);
    assert.equal(status, 0, command);
    for (const option of options.split(' ').filter(Boolean))
      assert.ok(option === '--help' || out.includes(option), `${command} ${option}`);
  }
});

test('its build script', () => {
  const [, script = ''] = /^```js\n(import \{ build \} from 'cawait\/build';\n[^]*?)^```$/m.exec(README) ?? [];
  const { folder, at } = readers();
  const said = execFileSync(
    process.execPath,
    ['--input-type=module', '-e', `${script}console.log(module.length > 0, diagnostics.length, dependencies.length)`],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );
  assert.equal(said, 'true 0 2\n');
  assert.ok(existsSync(at('app.wasm')));
});
