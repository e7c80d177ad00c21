// `cawait build`: a module of sources.
// It must not know how one is made (../build.mjs).

import { fstatSync } from 'node:fs';
import { UsageError } from '../arguments.mjs';
import { buildParsed, write } from '../build.mjs';
import { look, same } from '../paths.mjs';
import { NOTHING } from '../start.mjs';
import { CLANG, OPTIONS, moduleName, program } from '../program.mjs';

export const usage = `usage: cawait build [options] a.c [b.c c.cpp d.o lib.a ...]

Compiles and links a program into one module, app.wasm of app.c if -o says nothing else.

${OPTIONS}  -o, --out FILE      where the module is written; - is standard output
  --strip, -s         the smallest module: no names (with npm install --save-dev binaryen a tenth smaller)
  --types             writes FILE.d.ts, too: the types of its exported functions, with the comments above each CAW_EXPORT

${CLANG}`;

/** @param {string[]} args @param {import('../terminal.mjs').Terminal} terminal */
export async function run(args, terminal) {
  const { parsed, options, quiet } = program(args, { own: { out: 'value', strip: 'flag', types: 'flag' } });
  terminal.quiet = quiet;
  const out = typeof parsed.own['out'] === 'string' ? parsed.own['out'] : moduleName(parsed);
  if (out === '') throw new UsageError('-o needs the name of a file');
  const piped = out === '-' || same(look(out), fstatSync(1)); // the module itself is what is written
  if (piped && parsed.own['types']) throw new UsageError('--types needs -o FILE');
  if (parsed.own['types'] && options.host !== 'js')
    throw new UsageError('--types is for --host js: no other has exported functions');
  const { module, types, text } = await buildParsed(parsed, {
    ...options,
    ...(piped ? { name: moduleName(parsed) } : { out }),
    progress: terminal.progress,
  });
  if (parsed.own['types']) write(`${out}.d.ts`, types, `${out}.d.ts`);
  terminal.said(text);
  if (options.host === 'js' && !types) terminal.said(`cawait: warning: ${out} ${NOTHING}\n`);
  if (piped) process.stdout.write(module);
  else terminal.result(`${out}: ${module.length} bytes`);
  return 0;
}
