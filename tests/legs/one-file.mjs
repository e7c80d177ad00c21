// The one-file leg: cawait/static in one classic script by each bundler: it runs, imports nothing, and is without what nobody asked for.

import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build as vite } from 'vite';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { bundler, REMEDY } from '../engines.mjs';

const ENTRY = join(ROOT, 'tests/places/one-file.js');
const OUT = join(ROOT, 'build/one-file');
/** Of functions that the entry exports and the bundle has no use for. */
const UNUSED = /function (tickedClock|mockedClock)|mockedClock = /;
const COMMENT = /\/\*[^]*?\*\/|(^|[^:'"`])\/\/.*/gm;
const NAMES = /** @type {const} */ (['esbuild', 'rollup', 'webpack']);

export const needs = () => (NAMES.every((name) => bundler(name)) ? null : `${NAMES.join(', ')}: ${REMEDY}`);

/** What makes a bundle in a folder. @type {Record<string, (folder: string) => Promise<unknown>>} */
const BUNDLERS = {
  esbuild: (folder) =>
    bundler('esbuild').build({ entryPoints: [ENTRY], bundle: true, format: 'iife', outfile: join(folder, 'out.js') }),
  async rollup(folder) {
    const bundle = await bundler('rollup').rollup({ input: ENTRY });
    await bundle.write({ format: 'iife', dir: folder });
    await bundle.close();
  },
  webpack: (folder) =>
    new Promise((resolve, reject) =>
      bundler('webpack')(
        {
          entry: ENTRY,
          mode: 'production',
          target: 'webworker',
          optimization: { minimize: false },
          output: { path: folder, filename: 'out.js' },
        },
        (/** @type {unknown} */ error, /** @type {any} */ stats) =>
          error || stats.hasErrors() ? reject(error ?? new Error(String(stats))) : resolve(stats),
      ),
    ),
  vite: (folder) =>
    vite({
      root: ROOT,
      configFile: false,
      logLevel: 'silent',
      build: { outDir: folder, minify: false, lib: { entry: ENTRY, formats: ['iife'], name: 'one', fileName: 'out' } },
    }),
};

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const place = await program({ host: 'js', sources: [join(ROOT, 'tests/places/place.c')] });
  for (const [name, make] of Object.entries(BUNDLERS)) {
    const folder = join(OUT, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await make(folder);
    const files = readdirSync(folder);
    tally.check(`${name} makes one file`, files.length === 1, files.join(', '));
    const code = readFileSync(join(folder, files[0] ?? ''), 'utf8').replace(COMMENT, '$1');
    tally.check(`${name}: nothing is imported`, !/\bimport\(|\brequire\(/.test(code), code);
    tally.check(`${name}: what is not used is left out`, !UNUSED.test(code), UNUSED.exec(code)?.[0]);
    // As in a classic service worker, which has globals of a page, and nothing of Node.
    const { console, setTimeout, clearTimeout, performance, MessageChannel, TextDecoder, TextEncoder, URL } =
      globalThis;
    const { Response, AbortController, DOMException, crypto } = globalThis;
    const classes = { TextDecoder, TextEncoder, URL, Response, AbortController, DOMException, MessageChannel };
    const scope = createContext({ console, setTimeout, clearTimeout, performance, crypto, ...classes });
    runInContext(code, scope);
    const wrong = await scope['checkInOneFile'](place).catch((/** @type {unknown} */ error) => [String(error)]);
    tally.check(`${name}: the bundle runs`, wrong.length === 0, wrong.join('\n'));
  }
}
