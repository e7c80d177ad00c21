// The library as the user's own compiler makes it, of the package's sources: once, for a C library that the package has no archive for.
// It must not know which compiler that is, nor what is linked from it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../toolchain/cache.mjs';
import { INCLUDES, ROOT, libraryName, ownHeaders, sources, textOf } from '../toolchain/sources.mjs';
import { unpack } from '../toolchain/unpack.mjs';
import { BuildError } from './build.mjs';
import { called } from './native.mjs';

const WIDTH = 2;

/**
 * @param {import('./build.mjs').Job & { cc: string }} job
 * @param {{ group: string, version: string, flags: string[], ar: string, work: string }} how
 *     version: what the compiler says of itself; flags: what makes it one for the host; ar: the archiver's command;
 *     work: a folder for what is made, with cawait.rsp
 * @returns {Promise<Uint8Array>}
 */
export function compiled({ cc, cwd, checked, progress }, { group, version, flags: target, ar, work }) {
  const paths = sources().get(group) ?? [];
  const texts = [...paths.map(textOf), ...Object.values(ownHeaders())];
  const flags = [...target, '-std=gnu11', '-Os', ...(checked ? ['-DCAW_CHECKED'] : [])];
  const { version: own } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return cached(['cawait compiled', own, cc, version, group, ...flags, ...texts], async () => {
    const root = unpack(join(work, 'sources'));
    const folders = [...INCLUDES.map((folder) => join(ROOT, folder)), join(root, 'src'), join(root, 'wasm')];
    const common = [`@${join(work, 'cawait.rsp')}`, ...flags, ...folders.map((folder) => `-I${folder}`)];
    let done = 0;
    const left = paths.values();
    const lane = async () => {
      for (const path of left) {
        progress(`compiling the library with ${cc}, once (${done++} of ${paths.length})`);
        await good(cc, [...common, '-c', join(root, path), '-o', object(path)]);
      }
    };
    await Promise.all(Array.from({ length: WIDTH }, lane));
    const archive = join(work, `made-${libraryName(group)}`);
    await good(ar, ['rcs', archive, ...paths.map(object)]);
    return readFileSync(archive);
  });

  /** @param {string} path */
  function object(path) {
    return join(work, `${path.replaceAll('/', '-')}.o`);
  }

  /** @param {string} command @param {string[]} args */
  async function good(command, args) {
    const { status, said } = await called(command, args, cwd);
    if (status !== 0) throw new BuildError(said || `${command} ended with status ${status}`, cwd);
  }
}
