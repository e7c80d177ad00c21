// The layout leg: src is rooms, and what a room includes is below it; js likewise (layout/scripts.mjs). Files are read; nothing is compiled.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, sources } from '../../wasm/toolchain/sources.mjs';
import { circles } from '../layout/rooms.mjs';
import { EXAMPLES as SCRIPTS, wrongImports } from '../layout/scripts.mjs';

/** From the ground up. A room includes itself, those before it, the manual, host.h and the C library; nothing includes upwards. */
const ROOMS = [
  'base',
  'loop',
  'task',
  'sync',
  'stream',
  'combine',
  'net',
  'http',
  'scope',
  'concurrent',
  'graph',
  'run',
];
/** What C11 has everywhere: no threads, no files of a system. */
const STANDARD =
  /^(assert|ctype|errno|float|inttypes|limits|math|std(arg|atomic|bool|def|int|io|lib)|string|wchar)\.h$/;

export const needs = () => null;

/**
 * What is wrong with the includes of a tree; its files by their path in src.
 * @param {ReadonlyMap<string, string>} files  @returns {string[]}
 */
export function faults(files) {
  const wrong = [];
  /** @type {Map<string, string[]>} each file's includes of ours, by path */
  const edges = new Map();
  for (const [path, text] of files) {
    const room = path.split('/')[0] ?? '';
    const manual = room === 'include';
    if (!manual && path !== 'host.h' && !ROOMS.includes(room)) wrong.push(`${path} is in no room`);
    for (const [line, , bracket = '', name = ''] of text.matchAll(/^(#\s*include\s*)([<"])([^>"]+)/gm)) {
      const found = bracket === '<' ? `include/${name}` : name;
      if (bracket === '<' && STANDARD.test(name)) continue;
      edges.set(path, [...(edges.get(path) ?? []), found]);
      const to = found.split('/')[0] ?? '';
      if (!files.has(found)) wrong.push(`${path}: ${line.trim()}" is neither in src nor in every C library`);
      else if (to === 'include' || (found === 'host.h' && !manual)) continue;
      else if (path === 'host.h' || manual)
        wrong.push(`${path} includes ${found}: the manual and the seam know no room`);
      else if (ROOMS.indexOf(to) > ROOMS.indexOf(room)) wrong.push(`${path} includes ${found}: ${to} is above ${room}`);
    }
  }
  return [...wrong, ...circles(edges)];
}

/**
 * What is wrong with the list of counted types in shape.h: those of the manual whose struct begins as an object or a future does, and no
 * others, must be in it, as results of them are shared and given up by that list. Files of src and of wasm by their path.
 * @param {ReadonlyMap<string, string>} files  @returns {string[]}
 */
export function uncounted(files) {
  const counted = new Set();
  const manual = new Set();
  let list = '';
  for (const [path, text] of files) {
    const opening = /struct (caw_[a-z]\w*)\s*\{\s*(?:\/\*[^]*?\*\/\s*)*(?:caw__object|caw_future)\s/g;
    for (const [, name] of text.matchAll(opening)) counted.add(name);
    if (!path.includes('include/')) continue;
    for (const [, name] of text.matchAll(/typedef struct (caw_[a-z]\w*)\s+caw_\w+;/g)) manual.add(name);
    list += /#define CAW__COUNTED_TYPES\(X\)(?:.*\\\n)+.*/.exec(text)?.[0] ?? '';
  }
  const listed = new Set([...list.matchAll(/X\((\w+)\)/g)].map(([, name]) => name));
  const forgotten = [...counted].filter((name) => manual.has(name) && !listed.has(name));
  const idle = [...listed].filter((name) => name !== 'X' && !counted.has(name));
  return [
    ...forgotten.map((name) => `${name} is counted, and not in CAW__COUNTED_TYPES (shape.h)`),
    ...idle.map((name) => `${name} is in CAW__COUNTED_TYPES (shape.h), and no struct of it begins as an object does`),
  ];
}

/** Trees of one or two files, and what must be found in them. @type {[string, Record<string, string>, RegExp | null][]} */
const EXAMPLES = [
  [
    'downwards',
    { 'sync/a.c': '#include "base/b.h"\n#include <errno.h>\n', 'base/b.h': '#include "host.h"', 'host.h': '' },
    null,
  ],
  ['upwards', { 'base/a.c': '#include "task/b.h"\n', 'task/b.h': '' }, /task is above base/],
  ['a host', { 'base/a.c': '#include "../wasm/js/bridge.h"\n' }, /neither in src/],
  ["a host's manual", { 'run/a.c': '  \n# include <cawait/js.h>\n' }, /neither in src/],
  ['a system', { 'loop/a.c': '#include <pthread.h>\n' }, /neither in src/],
  ['the manual', { 'include/cawait/a.h': '#include "base/b.h"\n', 'base/b.h': '' }, /know no room/],
  ['the seam', { 'host.h': '#include "base/b.h"\n', 'base/b.h': '' }, /know no room/],
  ['no room', { 'internal.h': '' }, /in no room/],
  [
    'a circle',
    { 'base/a.h': '#include "base/b.h"\n', 'base/b.h': '#include "base/a.h"\n' },
    /a circle: base\/a.h > base\/b.h > base\/a.h/,
  ],
];

/** @type {[string, Record<string, string>, RegExp | null][]} */
const COUNTED_EXAMPLES = [
  [
    'a counted type that is listed',
    {
      'include/cawait/shape.h': '#define CAW__COUNTED_TYPES(X) \\\n    X(caw_a)\n',
      'include/cawait/a.h': 'typedef struct caw_a caw_a;',
      'base/a.c': 'struct caw_a {\n    caw__object object;\n};\nstruct caw_own { caw__object object; };',
    },
    null,
  ],
  [
    'a counted type that is forgotten',
    {
      'include/cawait/a.h': 'typedef struct caw_a caw_a;',
      'sync/a.c': 'struct caw_a {\n    /* first */\n    caw_future future;',
    },
    /caw_a is counted, and not in/,
  ],
  [
    'a listed type that is not counted',
    {
      'include/cawait/shape.h': '#define CAW__COUNTED_TYPES(X) \\\n    X(caw_a)\n',
      'include/cawait/a.h': 'struct caw_a { int a; };',
    },
    /no struct of it begins/,
  ],
];

/** Files below a folder, by their path there: C's and headers, or others. @param {string} folder */
function filesOf(folder, kind = /\.[ch]$/) {
  const paths = readdirSync(folder, { recursive: true }).map((path) => `${path}`.replaceAll('\\', '/'));
  return new Map(
    paths
      .filter((path) => kind.test(path))
      .map((path) => /** @type {const} */ ([path, readFileSync(join(folder, path), 'utf8')])),
  );
}

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const files = filesOf(join(ROOT, 'src'));
  const wrong = faults(files);
  tally.check(`includes of ${files.size} files`, wrong.length === 0, wrong.join('\n'));

  const listed = new Set([...sources().values()].flat());
  const missing = [...files.keys()].filter((path) => path.endsWith('.c') && !listed.has(`src/${path}`));
  tally.check('sources.txt names every C file', missing.length === 0, missing.join('\n'));

  const forgotten = uncounted(new Map([...files, ...filesOf(join(ROOT, 'wasm'))]));
  tally.check('counted types of the manual are counted results', forgotten.length === 0, forgotten.join('\n'));

  const scripts = filesOf(join(ROOT, 'js'), /\.ts$/);
  const wrongScripts = wrongImports(scripts);
  tally.check(`imports of ${scripts.size} scripts`, wrongScripts.length === 0, wrongScripts.join('\n'));

  // In a clone, at least: a package of the sources has nobody to ask what is kept.
  const { status, stdout } = spawnSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' });
  const kept = status === 0 ? stdout.split('\0').filter((path) => path && existsSync(join(ROOT, path))) : [];
  const made = kept.filter((path) => readFileSync(join(ROOT, path)).includes(0));
  tally.check(
    `${kept.length} files that are kept are text, as what is made is not`,
    made.length === 0,
    made.join('\n'),
  );

  for (const [find, examples] of /** @type {const} */ ([
    [faults, EXAMPLES],
    [uncounted, COUNTED_EXAMPLES],
    [wrongImports, SCRIPTS],
  ]))
    for (const [name, tree, expected] of examples) {
      const said = find(new Map(Object.entries(tree)));
      const good = expected ? said.length === 1 && expected.test(said[0] ?? '') : said.length === 0;
      tally.check(`an example: ${name}`, good, said.join('\n') || 'nothing was found');
    }
}
