// The types leg: tsc, strict, over every folder with a tsconfig.json; then the formatting of JavaScript and of C.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command } from '../command.mjs';
import { c, clangFormat, javascript } from '../format.mjs';

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

export const needs = () => null;

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  for (const folder of ['js', 'web', 'tests']) {
    if (!existsSync(join(ROOT, folder, 'tsconfig.json'))) continue;
    const { status, output } = await command(process.execPath, [TSC, '-p', folder, '--noEmit'], { cwd: ROOT });
    tally.check(`tsc -p ${folder}`, status === 0, output);
  }
  const written = await javascript(false);
  tally.check('prettier (npm run format writes it)', written.status === 0, written.output);
  if (!clangFormat()) return tally.skip('formatting of C', 'install clang-format-19');
  const { status, output } = await c(false);
  tally.check('clang-format (npm run format writes it)', status === 0, output);
}
