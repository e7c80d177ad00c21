// `cawait component`: a component of a core module that another compiler has linked, with the host wasip3.
// It must not know how one is made (../../toolchain/component.mjs).

import { UsageError, parse } from '../arguments.mjs';
import { componentMaker, read, write } from '../build.mjs';

export const usage = `usage: cawait component core.wasm -o app.wasm [--wit PATH [--world NAME]]

Makes a component of a module that your own build has linked with libcawait-wasip3.a (CMake: cawait::wasip3): a command, or one of
your own world. cawait build --host wasip3 does all at once.

  -o, --out FILE      where it is written
  --wit PATH          its own world, a file or a folder (--world NAME, if there are several)
`;

/** @param {string[]} args @param {import('../terminal.mjs').Terminal} terminal */
export async function run(args, terminal) {
  const cwd = process.cwd();
  const isValue = (/** @type {number} */ n) => /^(-o|--out|--wit|--world)$/.test(args[n - 1] ?? '');
  const at = args.findIndex((arg, n) => arg.endsWith('.wasm') && !arg.startsWith('-') && !isValue(n));
  const [module] = at < 0 ? [] : args.splice(at, 1);
  const { own } = parse(args, { own: { out: 'value', wit: 'value', world: 'value' }, cwd });
  const { out, wit, world } = /** @type {Record<string, string>} */ (own);
  if (!module || !out) throw new UsageError(module ? 'say where it is written: -o FILE' : 'no module is named');
  const finish = await componentMaker({ ...(wit ? { wit } : {}), ...(world ? { world } : {}) }, cwd);
  const bytes = await finish(read(module));
  write(out, bytes, out);
  terminal.result(`${out}: ${bytes.length} bytes`);
  return 0;
}
