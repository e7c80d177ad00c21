// What is different with emcc: its C library is another, so the library is made by it (compiled.mjs); and the module is one for our
// loader, not a program with Emscripten's own JavaScript.
// It must not know how a program is compiled (native.mjs).

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryName } from '../toolchain/sources.mjs';
import { BuildError, STACK } from './build.mjs';
import { compiled } from './compiled.mjs';

const OLDEST = 4; // before, its clang has no coroutines for C

/** @typedef {import('./build.mjs').Job & { cc: string }} Job */

/** @param {Job} job @param {string} said  its version @param {string} work  a folder for what is made  @returns {Promise<import('./native.mjs').Way>} */
export async function way(job, said, work) {
  const { cc, host, checked, link } = job;
  const [, version = '0'] = / (\d+\.\d+\.\d+)/.exec(said) ?? [];
  if (Number.parseInt(version, 10) < OLDEST)
    throw new BuildError(`${cc} is no Emscripten ${OLDEST} or newer: ${said.split('\n')[0]}`);
  if (host !== 'js')
    throw new BuildError(
      `${cc} builds for --host js: for ${host} take the embedded compiler, or a clang with WASI's library`,
    );
  const ar = cc.replace(/emcc(?=[^\\/]*$)/, 'emar');
  const archives = [];
  for (const group of [host, 'core']) {
    const path = join(work, libraryName(group));
    writeFileSync(path, await compiled(job, { group, version, flags: [], ar, work }));
    archives.push(path);
  }
  // Emscripten has words of its own for these.
  const own = [
    '--gc-sections',
    '--stack-first',
    '--compress-relocations',
    '-z',
    `stack-size=${STACK}`,
    '--strip-debug',
    '--strip-all',
  ];
  const settings = ['-sSTANDALONE_WASM', '-sPURE_WASI', '--no-entry', '-sALLOW_MEMORY_GROWTH', `-sSTACK_SIZE=${STACK}`];
  const flags = link.filter((flag) => !own.includes(flag)).flatMap((flag) => ['-Xlinker', flag]);
  return {
    compile: [],
    link: [
      ...settings,
      checked ? '-O1' : '-O2',
      ...(link.includes('--strip-all') ? ['-g0'] : ['--profiling-funcs']),
      ...flags,
    ],
    archives,
  };
}
