// The table of the conformance suite: what plays each test of CPython's, or why none does.
//     cpython.txt    the names of CPython's tests, class by class
//     table/*.tsv    file.Class.test TAB ours        NAME.c:case, tests/c/NAME.c:case, tests/compile/NAME.c; several by a space
//                    file.Class.test TAB ours TAB 3.15: how the outcome has changed since
//                    file.Class.test TAB - TAB kind: reason
// Checks that no name is missing, that all that is named exists, that no case here stands outside the table; and sums up.
// It must not know how the cases run.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';

const HERE = join(ROOT, 'tests/conformance');

/** @typedef {{ name: string, ours: string[], reason: string }} Row */

/** The names in cpython.txt. */
export function cpythonNames() {
  /** @type {string[]} */
  const names = [];
  let head = '';
  for (const line of readFileSync(join(HERE, 'cpython.txt'), 'utf8').split('\n')) {
    if (/^#|^$/.test(line)) continue;
    if (line.startsWith(' '))
      names.push(
        ...line
          .trim()
          .split(' ')
          .map((test) => `${head}.test_${test}`),
      );
    else head = line.slice(0, -1);
  }
  return names;
}

/** @returns {Row[]} */
export function rows() {
  const files = readdirSync(join(HERE, 'table')).filter((name) => name.endsWith('.tsv'));
  const lines = files.flatMap((name) =>
    readFileSync(join(HERE, 'table', name), 'utf8')
      .split('\n')
      .filter(Boolean),
  );
  return lines.map((line) => {
    const [name = '', ours = '', reason = ''] = line.split('\t');
    return { name, ours: ours === '-' ? [] : ours.split(' '), reason };
  });
}

/**
 * The cases of a C file, as its TEST macros enlist them: one that enlists name##_suffix makes another case.
 * @param {string} path
 */
function casesOf(path) {
  const source = readFileSync(path, 'utf8');
  const macros = new Map(Object.entries({ TEST: [''], ASYNC_TEST: [''] }));
  for (const text of [readFileSync(join(HERE, 'conform.h'), 'utf8'), source])
    for (const [, macro = '', body = ''] of text.matchAll(/^#define (\w*TEST)\(name\b((?:.*\\\n)*.*)/gm))
      macros.set(
        macro,
        [...body.matchAll(/\bTEST(?:_ENLIST)?\(name(?:##(\w+))?[,)]/g)].map(([, suffix = '']) => suffix),
      );
  return [...source.matchAll(/^(\w*TEST)\((\w+)[,)]/gm)].flatMap(([, macro = '', name = '']) =>
    (macros.get(macro) ?? []).map((suffix) => name + suffix),
  );
}

/** Every case of the suite: "NAME.c:case". */
function casesHere() {
  const files = readdirSync(HERE).filter((name) => name.endsWith('.c'));
  return files.flatMap((file) => casesOf(join(HERE, file)).map((name) => `${file}:${name}`));
}

/** What is wrong with the table; and its sum. */
export function examine() {
  const names = cpythonNames();
  const table = rows();
  const here = new Set(casesHere());
  /** @type {Map<string, Set<string>>} the cases of files outside */
  const outside = new Map();
  const exists = (/** @type {string} */ ours) => {
    if (here.has(ours)) return true;
    const [path = '', name] = ours.split(':');
    if (!path.startsWith('tests/') || !existsSync(join(ROOT, path))) return false;
    if (!outside.has(path)) outside.set(path, new Set(casesOf(join(ROOT, path))));
    return name === undefined ? path.startsWith('tests/compile/') : (outside.get(path)?.has(name) ?? false);
  };
  const listed = new Map(table.map((row) => [row.name, row]));
  const known = new Set(names);
  const used = new Set(table.flatMap(({ ours }) => ours));
  const twice = table.filter((row) => listed.get(row.name) !== row).map(({ name }) => `twice in the table: ${name}`);
  const complaints = [
    ...twice,
    ...names.filter((name) => !listed.has(name)).map((name) => `not in the table: ${name}`),
    ...table.filter(({ name }) => !known.has(name)).map(({ name }) => `no test of CPython's: ${name}`),
    ...table.flatMap(({ name, ours }) => ours.filter((o) => !exists(o)).map((o) => `${name}: there is no case ${o}`)),
    ...table
      .filter(({ ours, reason }) => !(ours.length > 0 ? /^$|^3\.15: ./ : /^[a-z ]+: ./).test(reason))
      .map(({ name }) => `${name}: either cases of ours, or "kind: reason"`),
    ...[...here].filter((name) => !used.has(name)).map((name) => `in no row of the table: ${name}`),
  ];
  const played = table.filter(({ ours }) => ours.length > 0).length;
  /** @type {Map<string, number>} */
  const kinds = new Map();
  for (const { ours, reason } of table)
    if (ours.length === 0) kinds.set(reason.split(':')[0] ?? '', (kinds.get(reason.split(':')[0] ?? '') ?? 0) + 1);
  const why = [...kinds].sort((a, b) => b[1] - a[1]).map(([kind, count]) => `${kind} ${count}`);
  const cases = [...used].filter((name) => here.has(name)).length;
  const summary = `${played} of CPython's ${names.length} tests are played, by ${cases} cases here and ${used.size - cases} elsewhere; the others: ${why.join(', ')}`;
  return { complaints, summary };
}

/** @param {import('../tally.mjs').Tally} tally */
export function checkTable(tally) {
  const { complaints, summary } = examine();
  tally.check("the table of CPython's tests", complaints.length === 0, complaints.join('\n'));
  tally.note(summary);
}

if (process.argv[1] === import.meta.filename) {
  const { complaints, summary } = examine();
  console.log([...complaints, summary].join('\n'));
  process.exitCode = complaints.length > 0 ? 1 : 0;
}
