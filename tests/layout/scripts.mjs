// What the scripts of js import from one another: rooms, like those of src.
// It must not know C.

import { posix } from 'node:path';
import { circles } from './rooms.mjs';

/** From the ground up. The entries, in no room, take from all of these; so does what runs at build time, which no other takes from. */
const ROOMS = ['base', 'bridge', 'libc', 'net', 'workers', 'web', 'run', 'load'];
const TOOL = 'tool';

/** What is there when the script runs, at once or by import(). Types are not. @param {string} text */
function imported(text) {
  const found = [];
  for (const [, what = '', from = ''] of text.matchAll(
    /^(?:import|export) (?!type\b)(?:([^']*?) from )?'(\.[^']+)'/gm,
  )) {
    const names = /^\{([^]*)\}$/.exec(what)?.[1]?.split(',') ?? [''];
    if (names.some((name, n) => !/^\s*type\s/.test(name) && (n === 0 || name.trim()))) found.push(from);
  }
  for (const [, before = '', from = ''] of text.matchAll(/(typeof )?\bimport\('(\.[^']+)'\)/g))
    if (!before) found.push(from);
  return found;
}

/** @param {string} path */
const roomOf = (path) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');

/** @param {string} room */
const floor = (room) => (room === '' ? ROOMS.length : room === TOOL ? Infinity : ROOMS.indexOf(room));

/**
 * What is wrong with the imports of a tree; its files by their path in js.
 * @param {ReadonlyMap<string, string>} files  @returns {string[]}
 */
export function wrongImports(files) {
  const wrong = [];
  /** @type {Map<string, string[]>} each file's imports, by path */
  const edges = new Map();
  for (const [path, text] of files) {
    if (floor(roomOf(path)) < 0) wrong.push(`${path} is in no room`);
    for (const from of imported(text)) {
      const to = posix.join(posix.dirname(path), from);
      if (to.startsWith('..')) continue; // the toolchain's, for what runs at build time
      if (!files.has(to)) wrong.push(`${path} imports ${from}, which is not there`);
      else if (floor(roomOf(to)) > floor(roomOf(path)))
        wrong.push(`${path} imports ${to}: ${roomOf(to) || 'an entry'} is above ${roomOf(path) || 'the entries'}`);
      else edges.set(path, [...(edges.get(path) ?? []), to]);
    }
  }
  return [...wrong, ...circles(edges)];
}

/** Trees of one or two files, and what must be found in them. @type {[string, Record<string, string>, RegExp | null][]} */
export const EXAMPLES = [
  [
    'scripts: downwards, and types from anywhere',
    {
      'bridge/a.ts':
        "import { b } from '../base/b.ts';\nimport type { C } from '../run/c.ts';\nimport { type D } from '../run/c.ts';\n",
      'base/b.ts': "type E = typeof import('../run/c.ts');\n",
      'run/c.ts': "const { b } = await import('../base/b.ts');\n",
      'index.ts': "export * from './run/c.ts';\n",
      'tool/t.ts': "import { of } from '../../wasm/t.mjs';\nimport '../index.ts';\n",
    },
    null,
  ],
  [
    'scripts: upwards',
    { 'base/a.ts': "import { type B, b } from '../run/b.ts';\n", 'run/b.ts': '' },
    /run is above base/,
  ],
  ['scripts: upwards, later', { 'base/a.ts': "void import('../load/b.ts');\n", 'load/b.ts': '' }, /load is above base/],
  ['scripts: an entry', { 'load/a.ts': "import '../index.ts';\n", 'index.ts': '' }, /an entry is above load/],
  ['scripts: the tool', { 'index.ts': "import './tool/a.ts';\n", 'tool/a.ts': '' }, /tool is above the entries/],
  ['scripts: no room', { 'misc/a.ts': '' }, /in no room/],
  [
    'scripts: a circle',
    { 'web/a.ts': "import { b } from './b.ts';\n", 'web/b.ts': "import { a } from './a.ts';\n" },
    /a circle: web\/a.ts > web\/b.ts > web\/a.ts/,
  ],
];
