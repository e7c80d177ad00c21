// The manual leg: what README and the public headers say of our names is true. Every name that a comment mentions is declared; the
// programs in README that are whole compile; its JavaScript can be parsed, and what that imports of ours is there.
// It must not know what the names mean.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CompileError } from '../../wasm/toolchain/clang.mjs';
import { program } from '../../wasm/toolchain/program.mjs';
import { INCLUDES, ROOT } from '../../wasm/toolchain/sources.mjs';
import { command } from '../command.mjs';

const NAME = /\b(?:caw|CAW)_[A-Za-z0-9_]+/g;
const COMMENT = /\/\*[^]*?\*\/|\/\/.*/g;
/** Stands for any error type where README explains `except E`. */
const FREE = new Set(['CAW_E']);
/** Of coro.h, given to functions by the response file. */
const MADE = /^caw__coro_\d+$/;

export const needs = () => null;

/**
 * Names that are mentioned and do not exist: neither as they stand, nor as a plural, nor as the beginning of others (`caw_queue_...`).
 * @param {ReadonlyMap<string, string>} headers  by path  @param {ReadonlyMap<string, string>} prose  texts without code of ours
 * @returns {string[]}
 */
export function unknown(headers, prose) {
  const declared = new Set(FREE);
  const mentioned = [...prose];
  for (const [path, text] of headers) {
    const code = text.replace(COMMENT, '');
    for (const [name] of code.matchAll(NAME)) declared.add(name);
    for (const [, type] of code.matchAll(/\bX\(([A-Z_]+), "/g)) declared.add(`CAW_${type}`); // CAW_ERROR_TYPES
    for (const [, type] of code.matchAll(/\bX\((caw_\w+), \w+\)/g))
      // CAW__ARRAY_TYPES
      for (const what of ['new', 'data', 'count']) declared.add(`${type}_${what}`);
    mentioned.push([path, (text.match(COMMENT) ?? []).join('\n')]);
  }
  const all = [...declared];
  const exists = (/** @type {string} */ name) =>
    declared.has(name) ||
    declared.has(name.replace(/s$/, '')) ||
    MADE.test(name) ||
    (name.endsWith('_') && all.some((other) => other.startsWith(name)));
  return mentioned.flatMap(([path, text]) =>
    [...new Set(text.match(NAME))]
      .filter((name) => !exists(name))
      .map((name) => `${path} speaks of ${name}: there is none`),
  );
}

/**
 * Functions whose result is borrowed, as their comment says, but which the compiler takes for ones that give a new reference: it asks to
 * give that back.
 * @param {ReadonlyMap<string, string>} headers  by path
 * @returns {string[]}
 */
export function borrowedAndGiven(headers) {
  return [...headers].flatMap(([path, text]) =>
    [...text.matchAll(/\/\*((?:(?!\*\/)[^])*)\*\/\nCAW__REFERENCE [^;]*?(\w+)\(/g)]
      .filter(([, comment = '']) => /, borrowed\b/.test(comment.replace(/, both borrowed/g, '')))
      .map(([, , name]) => `${path}: what ${name} gives is borrowed, and CAW__REFERENCE says a new reference`),
  );
}

/** A header, and what must be said of it. @type {[string, string, RegExp | null][]} */
const EXAMPLES = [
  ['a name that is declared', '/* See caw_a, caw_as and caw_... */ int caw_a(void);', null],
  ['one that is only mentioned', '// See caw_b.\nint caw_a(void);', /a\.h speaks of caw_b: there is none/],
  ['an error type', '/* CAW_OS_ERROR */\n#define CAW_ERROR_TYPES(X) \\\n    X(OS_ERROR, "OSError")\n', null],
];

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const headers = new Map();
  for (const folder of INCLUDES)
    for (const path of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }))
      if (/\.h(pp)?$/.test(path)) headers.set(`${folder}/${path}`, readFileSync(join(ROOT, folder, path), 'utf8'));
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const wrong = unknown(headers, new Map([['README.md', readme]]));
  tally.check(`names in README and ${headers.size} headers`, wrong.length === 0, wrong.join('\n'));
  const both = borrowedAndGiven(headers);
  tally.check('what is borrowed is no new reference', both.length === 0, both.join('\n'));
  const example = '/* What it has, borrowed. */\nCAW__REFERENCE caw_string *caw_a(void);\n';
  tally.check('an example of both', borrowedAndGiven(new Map([['a.h', example]])).length === 1);
  for (const [name, text, expected] of EXAMPLES) {
    const said = unknown(new Map([['a.h', text]]), new Map());
    const good = expected ? said.length === 1 && expected.test(said[0] ?? '') : said.length === 0;
    tally.check(`an example: ${name}`, good, said.join('\n') || 'nothing was found');
  }

  const whole = [...readme.matchAll(/^```c\n(#include[^]*?)^```$/gm)].map(([, code = '']) => code);
  tally.check('README has whole programs', whole.length > 0);
  mkdirSync(join(ROOT, 'build/manual'), { recursive: true });
  for (const [index, code] of whole.entries()) {
    const source = join(ROOT, `build/manual/readme-${index + 1}.c`);
    writeFileSync(source, code);
    let said = '';
    try {
      await program({ host: 'js', sources: [source] });
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      said = error.diagnostics;
    }
    tally.check(`README's program ${index + 1} compiles`, said === '', said);
  }

  /** @type {{ exports: Record<string, string | { default: string, node?: string }> }} */
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const scripts = [...readme.matchAll(/^```js\n([^]*?)^```$/gm)].map(([, code = '']) => code);
  tally.check('README has JavaScript', scripts.length > 0);
  // Parts that are for different files are apart by an empty line.
  const parts = scripts.flatMap((code) =>
    (code.match(/export default/g) ?? []).length > 1 ? code.split('\n\n') : [code],
  );
  for (const [index, code] of parts.entries()) {
    const script = join(ROOT, `build/manual/readme-${index + 1}.mjs`);
    writeFileSync(script, code);
    const { status, output } = await command(process.execPath, ['--check', script]);
    tally.check(`README's script ${index + 1} is JavaScript`, status === 0, output);
    for (const [, names = '', from = ''] of code.matchAll(/^import \{ ([^}]*) \} from '(cawait[^']*)'/gm)) {
      const entry = exports[from.replace('cawait', '.')];
      const path = typeof entry === 'string' ? entry : (entry?.node ?? entry?.default);
      const there = path ? Object.keys(await import(pathToFileURL(join(ROOT, path)).href)) : [];
      const missing = names.split(', ').filter((name) => !there.includes(name));
      tally.check(`${from} has ${names}`, missing.length === 0, `not: ${missing.join(', ')}`);
    }
  }
}
