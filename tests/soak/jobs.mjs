// A soak of jobs (jobs.c): by the million through each kind of executor, in Node instances and inline, natively threads.
// It must not know how many.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, which } from '../command.mjs';
import { storm } from './storm.mjs';

const SOURCE = join(ROOT, 'tests/soak/jobs.c');
const BUILD = join(ROOT, 'build/soak/native');
const HOUR = 3600;

/** In this Node, and where there is a native compiler with threads. @param {{ calls: number, seed: number }} amount */
export async function jobs({ calls, seed }) {
  const out = join(ROOT, 'build/soak/jobs.wasm');
  await program({ host: 'js', sources: [SOURCE], out });
  const { load } = await import('../../dist/js/node.js');
  for (const kind of /** @type {const} */ (['inline', 'instances'])) {
    const app = await load(pathToFileURL(out), { onReport() {} }); // of the traps, that are meant
    console.log(`${kind}: ${await storm(app, kind, calls, seed)}`);
    await app[Symbol.asyncDispose]();
  }
  if (!which('clang-19') || !which('cmake') || !which('ninja'))
    return console.log('threads: install clang-19, cmake, ninja');
  const options = ['-DCMAKE_C_COMPILER=clang-19', '-DCMAKE_BUILD_TYPE=Release', '-DCAWAIT_TESTS=ON'];
  const steps = /** @type {[string, string[]][]} */ ([
    ['cmake', ['-S', ROOT, '-B', BUILD, '-G', 'Ninja', ...options]],
    ['ninja', ['-C', BUILD, 'soak-jobs']],
    [join(BUILD, 'tests/soak-jobs'), [`${calls}`, `${seed}`]],
  ]);
  let output = '';
  for (const [tool, args] of steps) {
    const ran = await command(tool, args, { seconds: HOUR });
    if (ran.status !== 0) throw new Error(`${tool}: ${ran.output}`);
    output = ran.output;
  }
  console.log(`threads: ${output.trim()}`);
}
