// `cawait types`: the .d.ts of a module.
// It must not know how it is written (../types.mjs).

import { basename } from 'node:path';
import { UsageError, parse } from '../arguments.mjs';
import { read, write } from '../build.mjs';
import { typesOf } from '../types.mjs';

export const usage = `usage: cawait types app.wasm [a.c ...] [-o FILE]

Writes app.wasm.d.ts: the types of the functions that a module for load() exports, \`load<Exports>(...)\`. With the sources, the
comment above each CAW_EXPORT, or above the function it names, is its documentation. \`cawait build --types\` does both at once.

  -o, --out FILE      another file; - is standard output
`;

/** @param {string[]} args @param {import('../terminal.mjs').Terminal} terminal */
export async function run(args, terminal) {
  const isOut = (/** @type {string | undefined} */ before) => before === '-o' || before === '--out';
  const [module, ...more] = args.filter(
    (arg, n) => arg.endsWith('.wasm') && !isOut(args[n - 1]) && !arg.startsWith('-'),
  );
  if (!module) throw new UsageError('no module is named');
  if (more.length > 0) throw new UsageError('one module at a time');
  const parsed = parse(
    args.filter((arg) => arg !== module),
    { own: { out: 'value' }, cwd: process.cwd() },
  );
  const bytes = read(module);
  const { types: text } = await typesOf(
    bytes,
    basename(module),
    parsed.inputs.map(({ path }) => String(read(path))),
  );
  const out = String(parsed.own['out'] ?? `${module}.d.ts`);
  if (out === '-') return (process.stdout.write(text), 0);
  write(out, text, out);
  terminal.result(out);
  return 0;
}
