// The compile leg: what the compiler must refuse, and what it must take without a word. tests/compile/NAME.c says in its first
// lines which, and if it needs other flags than a program's:
//     // refused: part of the message                  or                  // accepted
//     // flags: -O0 -UCAW_CORO
// By the embedded compiler, and by the machine's own where there is one.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CompileError } from '../../wasm/toolchain/clang.mjs';
import { PUBLIC, RELEASE, WARNINGS } from '../../wasm/toolchain/library.mjs';
import { program } from '../../wasm/toolchain/program.mjs';
import { coroFlags } from '../../wasm/toolchain/rsp.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, each, which } from '../command.mjs';

const FOLDER = join(ROOT, 'tests/compile');
const NATIVE = 'clang-19';

export const needs = () => null;

/** What the embedded compiler says; null: nothing. @param {string} source @param {string[]} flags */
async function embedded(source, flags) {
  try {
    await program({ host: 'sim', sources: [source], flags });
    return null;
  } catch (error) {
    if (error instanceof CompileError) return error.diagnostics;
    throw error;
  }
}

/** What the native compiler says; null: nothing. @param {string} source @param {string[]} flags */
async function native(source, flags) {
  const coro = coroFlags().flatMap((flag) => flag.split(' '));
  const args = ['-std=gnu11', ...coro, ...RELEASE, ...WARNINGS, ...PUBLIC, ...flags, '-c', '-o', '/dev/null', source];
  const { status, output } = await command(NATIVE, args, { cwd: ROOT });
  return status === 0 ? null : output;
}

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const compilers = which(NATIVE) ? { embedded, native } : { embedded };
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.c'));
  await each(names, async (name) => {
    const source = join(FOLDER, name);
    const text = readFileSync(source, 'utf8');
    const refusals = [...text.matchAll(/^\/\/ refused: (.*)$/gm)].map(([, message = '']) => message);
    const flags = /^\/\/ flags: (.*)$/m.exec(text)?.[1]?.split(' ') ?? [];
    if (text.startsWith('// accepted\n') === refusals.length > 0)
      return tally.fail(name, "it must say either '// accepted' or what is '// refused:'");
    for (const [compiler, compile] of Object.entries(compilers)) {
      const said = await compile(source, flags);
      const missing = refusals.filter((message) => !said?.includes(message));
      const good = refusals.length > 0 ? missing.length === 0 : said === null;
      tally.check(
        `${name}, ${compiler}`,
        good,
        said === null ? 'it compiled' : `missing: ${missing.join(' | ')}\n${said}`,
      );
    }
  });
}
