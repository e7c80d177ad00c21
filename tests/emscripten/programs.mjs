// Programs that nobody here wrote, sqlite3, Lua and zlib, driven by async functions of ours: programs/NAME.c, built by the port with their
// library and asked what programs/NAME.js asks, in Node and Chromium. `node tests/emscripten/programs.mjs` runs these alone.
// It must not know where the sources come from.

import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, each } from '../command.mjs';
import { Tally } from '../tally.mjs';
import { emscripten, missing } from './compiler.mjs';
import { inPages } from './pages.mjs';
import { withPort } from './port.mjs';
import { server } from './programs/server.mjs';
import { remedy, SOURCES } from './programs/sources.mjs';

/** @typedef {import('./compiler.mjs').Compiler} Compiler */

/**
 * The program, its library, and which files that has.
 * @type {{ program: string, library: string, files: RegExp, flags?: string[] }[]}
 */
const PROGRAMS = [
  {
    program: 'sqlite',
    library: 'sqlite',
    files: /^sqlite3\.c$/,
    flags: ['-DSQLITE_THREADSAFE=0', '-DSQLITE_OMIT_LOAD_EXTENSION'],
  },
  { program: 'lua', library: 'lua', files: /^(?!luac?\.c).*\.c$/ },
  { program: 'gzip', library: 'zlib', files: /^(adler32|crc32|deflate|trees|zutil)\.c$/ },
];

/** Where the compiler finds the library. It is compiled, without anything of ours, once for each version of emcc. */
async function built(
  /** @type {Compiler} */ { tool, inside, outside },
  /** @type {string} */ version,
  /** @type {(typeof PROGRAMS)[number]} */ { library, files, flags = [] },
) {
  const sources = join(outside, library);
  cpSync(join(SOURCES, library), sources, { recursive: true });
  const name = `${createHash('sha256')
    .update(JSON.stringify([version, flags]))
    .digest('hex')
    .slice(0, 12)}.a`;
  const kept = join(SOURCES, 'built', library, name);
  const archive = join(sources, 'library.a');
  if (existsSync(kept)) copyFileSync(kept, archive);
  else {
    const here = (/** @type {string[]} */ ...words) => tool('env', '-C', `${inside}/${library}`, ...words);
    const names = readdirSync(sources).filter((file) => files.test(file));
    const made = await here('emcc', '-c', '-O1', ...flags, ...names);
    const objects = names.map((file) => file.replace(/c$/, 'o'));
    const packed = made.status === 0 ? await here('emar', 'rcs', 'library.a', ...objects) : made;
    if (packed.status !== 0) throw new Error(`${library}: ${packed.output}`);
    mkdirSync(join(SOURCES, 'built', library), { recursive: true });
    copyFileSync(archive, kept);
  }
  return `${inside}/${library}`;
}

/** @param {Tally} tally @param {Compiler} compiler */
export async function programs(tally, compiler) {
  const without = remedy();
  if (without) return tally.skip('programs that nobody here wrote', without);
  const { tool, inside, outside } = compiler;
  const emcc = await withPort(compiler);
  const { output: version } = await tool('emcc', '--version');
  const { origin, close } = await server();
  /** @type {{ title: string, name: string, kind: string, asks: Record<string, unknown> }[]} */
  const pages = [];
  try {
    await each(PROGRAMS, async (each) => {
      const { program } = each;
      const title = `programs/${program}.c`;
      const library = await built(compiler, version, each);
      const source = `${inside}/cawait/tests/emscripten/programs/${program}.c`;
      const flags = ['-O1', '-Wall', '-Wextra', '-Werror', '-isystem', library];
      const made = await emcc(source, `${library}/library.a`, ...flags, '-o', `${inside}/${program}.js`);
      if (made.status !== 0) return tally.fail(title, made.output);
      const asks = { checks: `programs/${program}`, origin };
      pages.push({ title, name: `${program}.js`, kind: 'script', asks });
      const run = [
        join(ROOT, 'tests/emscripten/node.mjs'),
        join(outside, `${program}.js`),
        'script',
        JSON.stringify(asks),
      ];
      const { status, output } = await command(process.execPath, run, { seconds: 60 });
      tally.check(`${title}, in Node`, status === 0 && output.includes('all is well\n'), output);
    });
    const answers = await inPages(outside, pages);
    pages.forEach(({ title }, n) => tally.check(`${title}, in Chromium`, answers[n] === '', answers[n]));
  } finally {
    close();
  }
}

if (process.argv[1] === import.meta.filename) {
  const lacking = missing() ?? remedy();
  if (lacking) throw new Error(lacking);
  const compiler = emscripten(['package.json', 'tests/emscripten', 'dist']);
  const tally = new Tally();
  try {
    await programs(tally, compiler);
  } finally {
    compiler.close();
  }
  for (const complaint of tally.complaints) console.log(complaint);
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  process.exitCode = tally.failed ? 1 : 0;
}
