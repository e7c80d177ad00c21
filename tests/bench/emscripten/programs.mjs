// The programs of `npm run bench -- --emscripten`, built: those that are timed, and hello, of which the sizes are rows.
// It must not know how one is called.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { each } from '../../command.mjs';
import { withPort } from '../../emscripten/port.mjs';
import { CONTENDERS, PLAIN } from './contenders.mjs';

/** @typedef {{ js: number, gzip: number, wasm: number }} Size */

const MODULE = '-O3 -sEXPORT_ES6';
const SMALL = '-Oz -sEXPORT_ES6 --closure 1 -DHELLO';

/**
 * Builds all into the compiler's folder, as NAME.mjs and hello-NAME.mjs; gives the sizes, and that of the plain one.
 * @param {import('../../emscripten/compiler.mjs').Compiler} compiler
 */
export async function build(compiler) {
  const { tool, inside, outside, environment } = compiler;
  const bench = `${inside}/cawait/tests/bench`;
  const ported = await withPort(compiler);
  const plain = (/** @type {string[]} */ ...args) => tool('env', environment, 'emcc', ...args);
  /** @type {Map<string, Size>} */
  const sizes = new Map();

  /** @param {string} name @param {boolean | undefined} port @param {string[]} sources @param {string} flags */
  async function program(name, port, sources, flags) {
    const paths = sources.map((path) => `${bench}/${path}`);
    const words = flags.replace('=suspend.js', `=${bench}/emscripten/suspend.js`).split(' ').filter(Boolean);
    const made = await (port ? ported : plain)(...paths, ...words, '-o', `${inside}/${name}.mjs`);
    if (made.status !== 0) throw new Error(`${name}: ${made.output}`);
  }

  const hellos = [...CONTENDERS, { name: 'plain', port: false, flags: '', ...PLAIN }];
  await each(CONTENDERS, ({ name, port, sources, flags = '' }) => program(name, port, sources, `${MODULE} ${flags}`));
  await each(hellos, async ({ name, port, hello, flags = '', helloFlags = flags }) => {
    await program(`hello-${name}`, port, [hello], `${SMALL} ${helloFlags}`);
    const js = readFileSync(join(outside, `hello-${name}.mjs`));
    const { length: gzip } = gzipSync(js, { level: 9 });
    sizes.set(name, { js: js.length, gzip, wasm: readFileSync(join(outside, `hello-${name}.wasm`)).length });
  });
  return sizes;
}
