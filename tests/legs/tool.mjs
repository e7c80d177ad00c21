// The tool leg: the package's command and cawait/build, used as a user does; tests/tool/*.test.mjs. The first run compiles some
// hundred small programs, most by the compiler of this process: those that are about the compiler's process have one of their own.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run as compile } from '../../wasm/toolchain/clang.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { onNode } from '../bridge.mjs';
import { serve } from '../tool/compiler.mjs';

export const needs = () => null;

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const names = readdirSync(join(ROOT, 'tests/tool')).filter((name) => name.endsWith('.test.mjs'));
  const files = names.sort().map((name) => `tests/tool/${name}`);
  const compiler = await serve(compile);
  await onNode(tally, { name: 'this Node', path: process.execPath }, files, compiler.env);
  compiler.close();
}
