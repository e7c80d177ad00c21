// The modules of the benchmark, built with the embedded compiler as a user's would be, and the two sizes that are rows.
// It must not know what is measured in them.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';

const HERE = import.meta.dirname;
const OUT = join(ROOT, 'build/bench');

/** @param {string} name */
export const modulePath = (name) => join(OUT, `${name}.wasm`);

/** Builds every module; gives the sizes. */
export async function modules() {
  mkdirSync(OUT, { recursive: true });
  const names = ['hello', 'tasks', 'bridge', 'primitives', 'bare'];
  const [hello] = await Promise.all(
    names.map((name) =>
      program({ host: 'js', sources: [join(HERE, `${name}.c`)], out: modulePath(name), strip: name === 'hello' }),
    ),
  );
  return { module: hello?.length ?? NaN, loader: await loaderSize() };
}

/** Of the scripts that a page gets before it can load a module: bundled and minified, each gzipped. */
async function loaderSize() {
  const built = await build({
    root: HERE,
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: { input: join(HERE, 'hello.mjs') },
    },
  });
  const { output } = /** @type {import('vite').Rolldown.RolldownOutput} */ (Array.isArray(built) ? built[0] : built);
  const chunks = new Map(output.flatMap((part) => (part.type === 'chunk' ? [[part.fileName, part]] : [])));
  const entry = [...chunks.values()].find((chunk) => chunk.isEntry);
  const needed = new Set([entry?.fileName ?? '']);
  for (const name of needed) for (const next of chunks.get(name)?.imports ?? []) needed.add(next);
  return [...needed].reduce((sum, name) => sum + gzipSync(chunks.get(name)?.code ?? '', { level: 9 }).length, 0);
}
