// emcc with our port, as somebody has it who has installed the package with npm.
// It must not know what is built.

import { cpSync } from 'node:fs';
import { join } from 'node:path';

/** @param {import('./compiler.mjs').Compiler} compiler */
export async function withPort({ tool, inside, outside, environment }) {
  // Without sources, as npm installs it.
  for (const path of ['package.json', 'dist'])
    cpSync(join(outside, 'cawait', path), join(outside, 'package', path), { recursive: true });
  const command = `${inside}/package/dist/wasm/tool/cawait.mjs`;
  const { output } = await tool('env', `CAWAIT_CACHE=${inside}/cache`, 'node', command, 'port');
  const port = `--use-port=${output.trim()}`;
  return (/** @type {string[]} */ ...args) => tool('env', environment, 'emcc', ...args, port);
}
