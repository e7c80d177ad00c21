// What is different with emcc: the library is compiled by it, once, from the package's sources, as its C library is another; and the
// module is one for our loader, not a program with Emscripten's own JavaScript.
// It must not know how a program is compiled (native.mjs).

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../toolchain/cache.mjs';
import { INCLUDES, ROOT, SOURCES, libraryName, sources } from '../toolchain/sources.mjs';
import { BuildError, STACK } from './build.mjs';
import { called } from './native.mjs';

const OLDEST = 4; // before, its clang has no coroutines for C
const WIDTH = 2;

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
  const archives = [];
  for (const group of [host, 'core']) {
    const path = join(work, libraryName(group));
    writeFileSync(path, await library(job, group, version, work));
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

/** @param {Job} job @param {string} group @param {string} version @param {string} work */
function library({ cc, cwd, checked, progress }, group, version, work) {
  const paths = sources().get(group) ?? [];
  const headers = [...sources().values()].flat().filter((path) => !paths.includes(path));
  const texts = [...paths, ...headers].map((path) => readFileSync(join(SOURCES, path)));
  const flags = ['-std=gnu11', '-Os', ...(checked ? ['-DCAW_CHECKED'] : [])];
  const { version: own } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return cached(['cawait emcc', own, cc, version, group, ...flags, ...texts], async () => {
    const includes = [...INCLUDES.map((folder) => join(ROOT, folder)), join(SOURCES, 'src'), join(SOURCES, 'wasm')].map(
      (folder) => `-I${folder}`,
    );
    let done = 0;
    const left = paths.values();
    const lane = async () => {
      for (const path of left) {
        progress(`compiling the library with ${cc}, once (${done++} of ${paths.length})`);
        await good([
          `@${join(work, 'cawait.rsp')}`,
          ...flags,
          ...includes,
          '-c',
          join(SOURCES, path),
          '-o',
          object(path),
        ]);
      }
    };
    await Promise.all(Array.from({ length: WIDTH }, lane));
    const archive = join(work, `made-${libraryName(group)}`);
    await good(['rcs', archive, ...paths.map(object)], cc.replace(/emcc(?=[^\\/]*$)/, 'emar'));
    return readFileSync(archive);
  });

  /** @param {string} path */
  function object(path) {
    return join(work, `${path.replaceAll('/', '-')}.o`);
  }

  /** @param {string[]} args @param {string} [tool] */
  async function good(args, tool = cc) {
    const { status, said } = await called(tool, args, cwd);
    if (status !== 0) throw new BuildError(said || `${tool} ended with status ${status}`, cwd);
  }
}
