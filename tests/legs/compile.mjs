// The compile leg: what the compiler must refuse, and what it must take without a word. tests/compile/NAME.c says in its first
// lines which, and if it needs other flags than a program's:
//     // refused: part of the message                  or                  // accepted
//     // flags: -O0 -UCAW_CORO
//     // host: js                                       not sim, where it has headers of its own
// A mistake that anybody makes has in place of the first
//     // first: part of the first line of all that is said, an error
//     // at: part of the line that it must be about    without it, the linker notices: after the embedded compiler only
//     // lines: 8, for such and such a reason          if all that is said is more than 7: it, the line, a macro's line, the count
// By the embedded compiler, and by the machine's own where there is one.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CompileError } from '../../wasm/toolchain/clang.mjs';
import { PUBLIC, RELEASE, WARNINGS } from '../../wasm/toolchain/library.mjs';
import { program } from '../../wasm/toolchain/program.mjs';
import { SHORT, coroFlags } from '../../wasm/toolchain/rsp.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, each, which } from '../command.mjs';

const FOLDER = join(ROOT, 'tests/compile');
const NATIVE = 'clang-19';

export const needs = () => null;

/** The first line, and six: the line that is meant and its mark, a macro's and its mark, the count of errors. */
const LINES = 7;

/**
 * What is wrong with what was said of a mistake; null: nothing.
 * @param {string} text  the source  @param {string} said
 */
function complaint(text, said) {
  const first = /^\/\/ first: (.*)$/m.exec(text)?.[1];
  if (first === undefined) return null;
  const at = /^\/\/ at: (.*)$/m.exec(text)?.[1];
  const limit = Number(/^\/\/ lines: (\d+), \S/m.exec(text)?.[1] ?? LINES);
  const lines = said.trimEnd().split('\n');
  const [, line, message] = /^(?:.*\.c:(\d+):\d+|wasm-ld): (?:fatal )?error: (.*)$/.exec(lines[0] ?? '') ?? [];
  if (!message?.includes(first)) return `its first line should say: ${first}`;
  const here = at ? text.split('\n').findIndex((row) => !row.startsWith('//') && row.includes(at)) + 1 : undefined;
  if (line !== undefined && Number(line) !== here) return `its first line should be about line ${here}`;
  return lines.length > limit ? `${lines.length} lines are more than ${limit}` : null;
}

/** @typedef {'sim' | 'js' | 'wasi'} Host */

/** What the embedded compiler says; null: nothing. @param {string} source @param {string[]} flags @param {Host} host */
async function embedded(source, flags, host) {
  try {
    await program({ host, sources: [source], flags: [...SHORT, ...flags] });
    return null;
  } catch (error) {
    if (error instanceof CompileError) return error.diagnostics;
    throw error;
  }
}

/** What the native compiler says; null: nothing. @param {string} source @param {string[]} flags @param {Host} host */
async function native(source, flags, host) {
  const coro = [...SHORT, ...coroFlags()].flatMap((flag) => flag.split(' '));
  const target = host === 'sim' ? [] : ['--target=wasm32', '-ffreestanding'];
  const args = ['-std=gnu11', ...target, ...coro, ...RELEASE, ...WARNINGS, ...PUBLIC, ...flags];
  args.push('-c', '-o', '/dev/null', source);
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
    const host = /** @type {Host} */ (/^\/\/ host: (.*)$/m.exec(text)?.[1] ?? 'sim');
    const refused = refusals.length > 0 || text.startsWith('// first: ');
    if (text.startsWith('// accepted\n') === refused)
      return tally.fail(name, "it must say either '// accepted' or what is '// refused:'");
    const linked = refused && text.startsWith('// first: ') && !/^\/\/ at: /m.test(text);
    for (const [compiler, compile] of Object.entries(linked ? { embedded } : compilers)) {
      const said = await compile(source, flags, host);
      const missing = refusals.filter((message) => !said?.includes(message));
      const wrong = said === null ? null : complaint(text, said);
      const good = refused ? said !== null && missing.length === 0 && wrong === null : said === null;
      tally.check(
        `${name}, ${compiler}`,
        good,
        said === null ? 'it compiled' : `${wrong ?? `missing: ${missing.join(' | ')}`}\n${said}`,
      );
    }
  });
}
