// Builds the gallery into dist/lessons: each lesson of tests/gallery as two modules, by virtual and by real time, its C source and
// its original, and the list of them all. Nothing of it is in the published package.
// It must not know how a module is loaded and watched (run.mjs).

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { each } from '../../tests/command.mjs';
import { files } from '../../tests/gallery/files.mjs';
import { gallery, pageClock, serves } from '../../tests/programs.mjs';
import { CompileError } from '../../wasm/toolchain/clang.mjs';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';

/**
 * A row of lessons.json.
 * @typedef {object} Lesson
 * @property {number} number
 * @property {string} name       its files are NAME.c, NAME.virtual.wasm, NAME.real.wasm
 * @property {string} sentence
 * @property {boolean} original  whether there is a NAME.py
 * @property {Record<string, string>} files  what it reads, by path
 * @property {boolean} network   whether it has the simulated one, as a page has no sockets
 */

const LESSONS = join(ROOT, 'dist/lessons');

/** What stands between a lesson and the library, so that it can be watched. */
const OBSERVE = {
  sources: [join(import.meta.dirname, 'observe.c')],
  link: ['caw_loop_new', 'caw__loop_attend', 'caw__spawn', 'caw__future_finish', '__wasi_fd_write'].map(
    (name) => `--wrap=${name}`,
  ),
};

/** What the first comment says, up to an empty line. @param {string} source */
function sentence(source) {
  const [, text] = /^\/\*[\s*]*Lesson:\s*(.*?)\s*(?:\*\/|\n \*\n)/s.exec(readFileSync(source, 'utf8')) ?? [];
  if (!text) throw new Error(`${source} does not begin with a comment that says its lesson: /* Lesson: ... */`);
  const line = text.replaceAll(/\s+(?:\* )?/g, ' ');
  return /^\w*_/.test(line) ? line : line[0]?.toUpperCase() + line.slice(1); // a name of C stays as it is
}

/** @param {string} source */
function filesOf(source) {
  const text = readFileSync(source, 'utf8');
  return Object.fromEntries(Object.entries(files).filter(([path]) => text.includes(path.slice(1))));
}

/** Everything; a second time without changes it takes about a second. */
export async function buildLessons() {
  mkdirSync(LESSONS, { recursive: true });
  const left = new Set(readdirSync(LESSONS));
  const place = (/** @type {string} */ name) => {
    left.delete(name);
    return join(LESSONS, name);
  };
  /** @type {Lesson[]} */
  const lessons = [];
  const tests = gallery();
  for (const { name, source } of tests) {
    const original = source.replace(/c$/, 'py');
    copyFileSync(source, place(`${name}.c`));
    if (existsSync(original)) copyFileSync(original, place(`${name}.py`));
    lessons.push({
      number: parseInt(name),
      name,
      sentence: sentence(source),
      original: existsSync(original),
      files: filesOf(source),
      network: serves(source),
    });
  }
  await each(tests, async ({ name, source }) => {
    const clocks = { virtual: pageClock(source), real: pageClock(source, true) };
    for (const [time, parts] of Object.entries(clocks))
      await program({
        host: 'js',
        sources: [source, ...OBSERVE.sources, ...parts.sources],
        out: place(`${name}.${time}.wasm`),
        internal: true,
        link: [...OBSERVE.link, ...parts.link],
      });
  });
  writeFileSync(place('lessons.json'), JSON.stringify(lessons, null, 1));
  for (const name of left) rmSync(join(LESSONS, name));
}

if (process.argv[1] === import.meta.filename)
  buildLessons().catch((error) => {
    console.error(error instanceof CompileError ? error.message : error);
    process.exitCode = 1;
  });
