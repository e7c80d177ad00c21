// `cawait dev`: builds, and builds again whenever a file changes that the module depends on; the compiler stays warm.
// It must not know how files are watched (../watch.mjs) or a program is built (../build.mjs).

import { UsageError } from '../arguments.mjs';
import { BuildError, buildParsed, write } from '../build.mjs';
import { actual } from '../paths.mjs';
import { CLANG, OPTIONS, moduleName, program } from '../program.mjs';
import { Watch } from '../watch.mjs';

export const usage = `usage: cawait dev [options] a.c [b.c ...]

Builds a module as cawait build does, and again whenever a source or a header changes. A mistake is shown, and the module stays as it
was. Ctrl-C ends it.

${OPTIONS}  -o, --out FILE      where the module is written
  --types             writes FILE.d.ts, too

${CLANG}`;

/** @param {string[]} args @param {import('../terminal.mjs').Terminal} terminal */
export async function run(args, terminal) {
  const { parsed, options, quiet } = program(args, { own: { out: 'value', types: 'flag' } });
  terminal.quiet = quiet;
  const out = typeof parsed.own['out'] === 'string' ? parsed.own['out'] : moduleName(parsed);
  if (out === '' || out === '-') throw new UsageError('-o needs the name of a file');
  const watch = new Watch();
  const ended = new Promise((end) => process.once('SIGINT', end).once('SIGTERM', end));
  let warm = false;
  /** What the module was built of. @type {string[]} */
  let known = [];
  for (;;) {
    const start = performance.now();
    watch.begin();
    try {
      const { module, types, text, dependencies } = await buildParsed(parsed, {
        ...options,
        out,
        progress: terminal.progress,
      });
      if (parsed.own['types'] && types) write(`${out}.d.ts`, types, `${out}.d.ts`);
      known = dependencies;
      watch.follow(known);
      terminal.said(text);
      terminal.result(`${out}: ${module.length} bytes in ${((performance.now() - start) / 1000).toFixed(2)} s`);
    } catch (error) {
      if (!(error instanceof BuildError)) throw error;
      watch.follow([...known, ...parsed.inputs.map(({ path }) => actual(process.cwd(), path)), ...error.dependencies]);
      terminal.said(error.text.includes('\n') ? error.text : `cawait: ${error.text}\n`);
      terminal.result(`${out} stays as it was`);
    }
    // The first build may have come from the cache; the first edit shall not wait for the compiler to start.
    if (!warm && !options.cc) void import('../../toolchain/clang.mjs').then((clang) => clang.warm());
    warm = true;
    const changed = await Promise.race([watch.changed(), ended.then(() => null)]);
    if (changed === null) break;
    terminal.progress(`${changed} changed`);
  }
  watch.close();
  return 0;
}
