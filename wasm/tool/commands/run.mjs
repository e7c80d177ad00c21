// `cawait run`: a program, built in memory, or a module that was built, run at once.
// It must not know how it is run (../start.mjs).

import { buildParsed, read } from '../build.mjs';
import { CLANG, OPTIONS, moduleName, program } from '../program.mjs';
import { start } from '../start.mjs';

export const usage = `usage: cawait run [options] app.c [b.c ...] [arguments]
       cawait run app.wasm [arguments]

Builds a program and runs it, or runs a module. What follows the sources is the program's, what follows -- in any case. It reads
standard input; the exit status is its own, 1 if it cannot be built, 134 if it traps.

${OPTIONS}
${CLANG}`;

/** @param {string[]} args @param {import('../terminal.mjs').Terminal} terminal */
export async function run(args, terminal) {
  const [first = ''] = args;
  if (first.endsWith('.wasm')) {
    const rest = args.slice(args[1] === '--' ? 2 : 1);
    return start(read(first), first, rest);
  }
  const { parsed, options, quiet } = program(args, { program: true });
  terminal.quiet = quiet;
  const out = moduleName(parsed);
  const { module, text } = await buildParsed(parsed, { ...options, name: out, progress: terminal.progress });
  terminal.said(text);
  terminal.clear();
  return start(module, parsed.inputs[0]?.path ?? out, parsed.rest);
}
