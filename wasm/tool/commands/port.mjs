// `cawait port`: where Emscripten's port is, for --use-port.
// It must not know what is in it (../../emscripten/cawait.py).

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheFolder } from '../../toolchain/cache.mjs';
import { ROOT } from '../../toolchain/sources.mjs';
import { unpack } from '../../toolchain/unpack.mjs';
import { UsageError } from '../arguments.mjs';
import { inCache } from '../build.mjs';

export const usage = `usage: cawait port

Prints the path of the port for Emscripten 4 or newer: cawait inside an ordinary program of emcc, with its JavaScript.

  emcc app.c -O2 --use-port=$(npx cawait port) -o app.js
  emcc app.c -O1 --use-port=$(npx cawait port):checked=1 -o app.js     reports misuse with file and line, while developing
`;

/** @param {string[]} args */
export async function run(args) {
  if (args.length > 0) throw new UsageError(`it takes nothing, not ${args[0]}`);
  // One for each copy of the package, and the same as long as there is no other: what was compiled with it need not be again.
  const name = createHash('sha256').update(ROOT).digest('hex').slice(0, 16);
  const folder = inCache(() => unpack(join(cacheFolder(), 'port', name)));
  process.stdout.write(`${join(folder, 'wasm/emscripten/cawait.py')}\n`);
  return 0;
}
