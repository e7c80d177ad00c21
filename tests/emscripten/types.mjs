// The types of a program of emcc's: what emcc writes (--emit-tsd) and what `cawait types` writes of the same module, used together.
// It must not know how they come to be.

import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command } from '../command.mjs';

const OPTIONS = { strict: true, noEmit: true, skipLibCheck: false, target: 'es2022', module: 'nodenext', types: [] };

/**
 * @param {import('../tally.mjs').Tally} tally
 * @param {{ inside: string, outside: string }} folders  where the package is, as `package`
 * @param {(...args: string[]) => Promise<import('../command.mjs').Run>} emcc @param {string} object  of program.c
 */
export async function typed(tally, { inside, outside }, emcc, object) {
  const folder = join(outside, 'typed');
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(join(outside, 'package'), join(folder, 'node_modules/cawait'));
  cpSync(join(ROOT, 'tests/emscripten/consumer.ts'), join(folder, 'consumer.ts'));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, files: ['consumer.ts'] }));

  const tsd = ['--emit-tsd', `${inside}/typed/typed.d.mts`, '-o', `${inside}/typed/typed.mjs`];
  const linked = await emcc(object, '-O2', '-sEXPORT_ES6', ...tsd);
  if (linked.status !== 0) return tally.fail('emcc --emit-tsd', linked.output);
  const script = join(ROOT, 'dist/wasm/tool/cawait.mjs');
  const source = join(ROOT, 'tests/emscripten/program.c');
  const written = await command(process.execPath, [script, 'types', join(folder, 'typed.wasm'), source]);
  if (written.status !== 0) return tally.fail('cawait types, of a program of emcc', written.output);
  const checked = await command(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder]);
  tally.check("emcc's types and ours", checked.status === 0, checked.output);
}
