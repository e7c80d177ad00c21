// Builds tests/emscripten by the port, once for each cell, and runs what comes of it in Node, some in Chromium.
// `node tests/emscripten/matrix.mjs` does it with the cells that take Emscripten minutes, too; with `few` as the leg does;
// with a pattern only the cells whose source or flags have it.
// It must not know what a cell is made of (cells.mjs), nor what is asked of a program (checks.js).

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, each } from '../command.mjs';
import { Tally } from '../tally.mjs';
import { CELLS, MORE, REFUSED } from './cells.mjs';
import { emscripten, missing } from './compiler.mjs';
import { inPages } from './pages.mjs';
import { withPort } from './port.mjs';
import { typed } from './types.mjs';

/** @typedef {import('./compiler.mjs').Compiler} Compiler */
/** @typedef {import('./cells.mjs').Cell} Cell */

/** @param {string} text */
const words = (text) => text.split(' ').filter(Boolean);
const WARNINGS = ['-Wall', '-Wextra', '-Werror'];

/** @param {Tally} tally @param {Compiler} compiler @param {Cell[]} [cells] */
export async function matrix(tally, compiler, cells = CELLS) {
  const { inside, outside } = compiler;
  const emcc = await withPort(compiler);
  const source = (/** @type {string} */ name) => `${inside}/cawait/tests/emscripten/${name}`;

  /** What has to be compiled, and where it is then. @type {Map<string, string>} */
  const objects = new Map();
  const named = (/** @type {Cell} */ { source = 'program.c', object = '' }) => [source, ...words(object)].join(' ');
  for (const cell of [{ flags: '' }, ...cells])
    if (!objects.has(named(cell))) objects.set(named(cell), `${inside}/program${objects.size}.o`);
  await each([...objects], async ([what, object]) => {
    const [file = '', ...flags] = words(what);
    const made = await emcc('-c', source(file), '-O2', ...WARNINGS, ...flags, '-o', object);
    tally.check(`emcc -c ${what}`, made.status === 0, made.output);
  });
  const plain = objects.get('program.c') ?? '';

  /** @type {{ title: string, name: string, kind: string, asks: Record<string, unknown> }[]} */
  const pages = [];
  await each([...cells.entries()], async ([n, cell]) => {
    const { flags, kind = 'script', asks = {}, page, node = true } = cell;
    const titled = `emcc ${named(cell)}, ${flags}`;
    const name = `cell${n}.${kind === 'module' ? 'mjs' : 'js'}`;
    const linked = await emcc(objects.get(named(cell)) ?? '', ...words(flags), '-o', `${inside}/${name}`);
    if (linked.status !== 0) return tally.fail(titled, linked.output);
    for (const asked of [asks].flat()) {
      const title = asked['last'] ? `${titled}: ${asked['last']}` : titled;
      if (page) pages.push({ title, name, kind, asks: asked });
      if (!node) continue;
      const run = [join(ROOT, 'tests/emscripten/node.mjs'), join(outside, name), kind, JSON.stringify(asked)];
      const { status, output } = await command(process.execPath, run, { seconds: 60 });
      const said = asked['file'] === false || !!asked['checks'] || output.includes('program: memfs, web_user\n');
      tally.check(`${title}, in Node`, status === 0 && said && output.includes('all is well\n'), output);
    }
  });

  const answers = await inPages(outside, pages);
  pages.forEach(({ title }, n) => tally.check(`${title}, in Chromium`, answers[n] === '', answers[n]));

  await each(REFUSED, async ([flags, said]) => {
    const { status, output } = await emcc(plain, ...words(flags), '-o', `${inside}/refused.js`);
    tally.check(`emcc ${flags} is refused`, status !== 0 && said.test(output), output);
  });
  const { status, output } = await emcc('-c', source('program.c'), '-O0', '-o', `${inside}/refused.o`);
  tally.check('emcc -O0 is refused', status !== 0 && /-O1/.test(output), output);

  await typed(tally, { inside, outside }, emcc, plain);

  /** CAW_MAIN, and what it prints. @type {[string, number, string][]} */
  const mains = [
    ['-O2', 7, 'begins\nendscancelled\n'],
    ['-O2 -sEXIT_RUNTIME', 7, 'begins\nendscancelled\natexit\n'],
    ['-O2 -DFAILS', 1, 'begins\nendscancelled\n'],
    ['-O2 -DORDINARY -sEXIT_RUNTIME', 3, 'main is over\nbegins\nends\natexit\n'],
    [`-O2 -DNONE --post-js ${source('no_main.js')}`, 0, 'answer 42\n'],
  ];
  await each([...mains.entries()], async ([n, [flags, code, prints]]) => {
    const built = await emcc(source('main.c'), ...words(flags), '-o', `${inside}/main${n}.js`);
    if (built.status !== 0) return tally.fail(`emcc main.c ${flags}`, built.output);
    const ran = await command(process.execPath, [join(outside, `main${n}.js`)], { seconds: 60 });
    tally.check(
      `main.c ${flags}`,
      ran.status === code && ran.output.startsWith(prints),
      `${ran.status}\n${ran.output}`,
    );
    if (code === 1)
      tally.check('why it failed', /CAW_MAIN failed: ValueError: no such luck/.test(ran.output), ran.output);
  });
}

if (process.argv[1] === import.meta.filename) {
  const remedy = missing();
  if (remedy) throw new Error(remedy);
  const compiler = emscripten(['package.json', 'src', 'wasm', 'tests/emscripten', 'dist']);
  const tally = new Tally();
  try {
    const [, , which = '.'] = process.argv;
    const all = [...CELLS, ...MORE];
    const some = all.filter((cell) => new RegExp(which).test(JSON.stringify(cell)));
    await matrix(tally, compiler, which === 'few' ? CELLS : some);
  } finally {
    compiler.close();
  }
  for (const complaint of tally.complaints) console.log(complaint);
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  process.exitCode = tally.failed ? 1 : 0;
}
