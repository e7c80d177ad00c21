// The bridge's tests for places without Node, as modules that the place imports from each other: those that ask nothing of Node but to
// be tested. tests/places/node stands in for that.
// It must not know how a place gets modules.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { program } from '../wasm/toolchain/program.mjs';
import { ROOT } from '../wasm/toolchain/sources.mjs';
import { files, FLAGS } from './bridge.mjs';

/** @type {Record<string, string>} */
const STAND_INS = {
  'node:assert/strict': 'tests/places/node/assert.js',
  'node:fs/promises': 'tests/places/node/fs.js',
  'node:test': 'tests/places/node/test.js',
};
/** @type {Record<string, () => string>} */
const OTHERS = {
  'tests/js/maker.mjs': () => readFileSync(join(ROOT, 'tests/places/node/maker.js'), 'utf8'),
  'dist/js/node.js': () => "export * from './index.js';\n",
};
const IMPORT = /^(import (?:[^']* from )?|export \* from )'([^']+)'/gm;

/** What a test imports. @param {string} path */
const imports = (path) =>
  [...readFileSync(join(ROOT, path), 'utf8').matchAll(IMPORT)].map(([, , from = '']) =>
    from.startsWith('.') ? posix.join(posix.dirname(path), from) : from,
  );

/**
 * A test, or what one shares with others of its folder, can be imported where Node is not.
 * @param {string} path @param {string[]} builtins @returns {boolean}
 */
const isPortable = (path, builtins) =>
  imports(path).every(
    (from) =>
      from in STAND_INS ||
      builtins.includes(from) ||
      /^(dist\/js\/|tests\/js\/harness\.mjs$)/.test(from) ||
      (posix.dirname(from) === posix.dirname(path) && isPortable(from, builtins)),
  );

/**
 * The tests, from the root: they import stand-ins, the package, the harness, and what the place has of Node's; fake timers are Node's own.
 * @param {string[]} [builtins]  what it has
 */
export const portable = (builtins = []) =>
  files().filter(
    (path) =>
      isPortable(path, builtins) &&
      !path.startsWith('tests/js/high/') && // 3 GiB are more than a worker may have
      !/\bmock\b/.test(readFileSync(join(ROOT, path), 'utf8').split('\n\n')[1] ?? ''),
  );

/** The text of a module at a path from the root, as the place must have it; null: it is none of these. @param {string} path */
export function moduleText(path) {
  const other = OTHERS[path];
  if (other) return other();
  if (!/^(dist\/js\/.*\.js|tests\/(js|places)\/.*\.m?js)$/.test(path) || !existsSync(join(ROOT, path))) return null;
  const text = readFileSync(join(ROOT, path), 'utf8').replace(IMPORT, (all, start, from) => {
    const instead = STAND_INS[from];
    return instead ? `${start}'${posix.relative(posix.dirname(path), instead)}'` : all;
  });
  return path.startsWith('tests/') ? text.replaceAll('import.meta.url', `'file:///${path}'`) : text; // workerd has none
}

/** Every module of these that scripts import, by its path. @param {string[]} scripts */
export function moduleTexts(scripts) {
  const texts = new Map();
  const wanted = new Set(scripts);
  for (const path of wanted) {
    const text = moduleText(path);
    if (text === null) continue;
    texts.set(path, text);
    const code = text.replace(/\/\*[^]*?\*\/|^\s*\/\/.*/gm, '');
    for (const [, from = ''] of code.matchAll(/(?:\bfrom|^import|\bimport\() ?'(\.[^']*)'/gm))
      wanted.add(posix.join(posix.dirname(path), from));
  }
  return texts;
}

/**
 * The programs that tests need, as tests/places/node/maker.js names them.
 * @param {string[]} tests  @returns {Promise<Map<string, Uint8Array>>}
 */
export async function programs(tests) {
  const made = new Map();
  for (const folder of new Set(tests.map((path) => dirname(path))))
    for (const file of readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.c')))
      for (const flag of [[], ...(FLAGS[file] ? [[FLAGS[file]]] : [])]) {
        const sources = [join(ROOT, folder, file)];
        made.set([basename(file), ...flag].join(' '), await program({ host: 'js', sources, flags: flag }));
      }
  return made;
}

/**
 * What came of the tests of one file: results as tests/places/node/test.js gives them. A test that is known to fail there must; one that
 * starts a process cannot be played in any place.
 * @param {import('./tally.mjs').Tally} tally @param {string} where @param {string} file @param {[string, string][]} results
 * @param {Record<string, string>} known  why a test cannot pass there, by its name
 */
export function judgeResults(tally, where, file, results, known) {
  if (results.length === 0) tally.fail(`${file} in ${where}`, 'it has no tests');
  for (const [name, wrong] of results)
    if (wrong.startsWith('Error: there are no processes here')) continue;
    else if (!(name in known)) tally.check(`${file}: ${name}, in ${where}`, wrong === '', wrong);
    else if (wrong === '') tally.fail(`${file}: ${name}, in ${where}`, 'it is known to fail there, and did not');
}
