// What the package makes of the library: sources without comments, checked archives as differences.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { apart, together } from '../../wasm/toolchain/archives.mjs';
import { bare } from '../../wasm/toolchain/build.mjs';
import { ROOT, sources } from '../../wasm/toolchain/sources.mjs';

test('a source without its comments has every token in its line', () => {
  const text = `a /* b
  "c" */ = "/* \\"  //" + '"' + '\\'' // it's "x
  +   1; /* don't */ f("http://x"); b/**/c #`;
  const expected = `a
= "/* \\"  //" + '"' + '\\''
+ 1;   f("http://x"); b c #`;
  assert.equal(bare(text), expected);
  for (const path of [...sources().values()].flat()) {
    const source = readFileSync(join(ROOT, path), 'utf8');
    const left = bare(source);
    assert.equal(left.split('\n').length, source.split('\n').length, path);
    assert.ok(!/^\s*(\/\/|\/\*|\*\/)/m.test(left), path);
  }
});

test('an archive comes back from what differs, members of one name and new ones, too', () => {
  /** @param {[string, string][]} members */
  const archive = (...members) => {
    const parts = members.map(([name, text]) => {
      const size = `${text.length}`.padEnd(10);
      return `${name.padEnd(16)}${''.padEnd(32)}${size}\`\n${text}${text.length % 2 ? '\n' : ''}`;
    });
    return Buffer.from(`!<arch>\n${parts.join('')}`);
  };
  const long = Array.from({ length: 1500 }, (_, n) => `function ${(n * 7919) % 3001} `).join('');
  const from = archive(['/', 'symbols'], ['with.o/', 'first'], ['with.o/', long]);
  const other = archive(['/', 'symbol'], ['with.o/', 'FIRST'], ['new.o/', ''], ['with.o/', `${long}!`]);
  const difference = apart(other, from);
  assert.deepEqual(together(difference, from), other);
  assert.ok(difference.length < long.length / 20, `${difference.length} bytes`);
});
