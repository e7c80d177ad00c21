// The compile leg: tests/compile/NAME.c must not compile; each says in its first lines what the compiler must say:
//     // refused: part of the message
// and, if it needs other flags than a program's: // flags: -O0 -UCAW_CORO

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CompileError } from '../../wasm/toolchain/clang.mjs';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { each } from '../command.mjs';

const FOLDER = join(ROOT, 'tests/compile');

export const needs = () => null;

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const names = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.c')) : [];
  await each(names, async (name) => {
    const source = join(FOLDER, name);
    const text = readFileSync(source, 'utf8');
    const refusals = [...text.matchAll(/^\W*refused:\s*(.*?)\s*(?:\*\/)?$/gm)].map(([, message = '']) => message);
    const flags = /^\W*flags:\s*(.*?)\s*(?:\*\/)?$/m.exec(text)?.[1]?.split(/\s+/) ?? [];
    if (refusals.length === 0) return tally.fail(name, "it does not say what is 'refused:'");
    try {
      await program({ host: 'sim', sources: [source], flags });
      tally.fail(name, 'it compiled');
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      const missing = refusals.filter((message) => !error.diagnostics.includes(message));
      tally.check(name, missing.length === 0, `the compiler did not say: ${missing.join(' | ')}\n${error.diagnostics}`);
    }
  });
}
