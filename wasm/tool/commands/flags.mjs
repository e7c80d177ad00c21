// `cawait flags`: what another build needs of the package; and what editors need (clangd reads it).
// It must not know how a program is built here.

import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { folderOf } from '../../toolchain/archives.mjs';
import { CORO_NAMES, coroFlags } from '../../toolchain/rsp.mjs';
import { ROOT } from '../../toolchain/sources.mjs';
import { UsageError } from '../arguments.mjs';
import { BuildError, REACTORS, inCache, write } from '../build.mjs';
import { program } from '../program.mjs';
import { slashes, word } from '../paths.mjs';
import { HEADERS } from '../view.mjs';

export const usage = `usage: cawait flags [--host js|wasip1|sim] [--checked] [--link]
       cawait flags --clangd | --compile-commands [options] a.c [b.c ...]

Prints what to add to a compiler's command in any build: $(npx cawait flags); with --link what to add to the linker's.

  --clangd            writes .clangd instead, so that editors know the macros in every file of this folder
  --compile-commands  writes compile_commands.json instead, for the sources named, with the options given
`;

const folder = () => (existsSync(join(ROOT, 'dist/cawait.rsp')) ? join(ROOT, 'dist') : null);

/** What an editor needs to know: the response file without what only LLVM's optimizer reads. @param {string} from */
function known(from) {
  const flags = coroFlags(CORO_NAMES).filter((flag) => !flag.startsWith('-mllvm'));
  const includes = HEADERS.map((path) => `-I${slashes(relative(from, path) || '.')}`);
  return ['-O1', ...flags.flatMap((flag) => flag.split(' ')), ...includes]; // without optimization they are refused
}

/** @param {string[]} args @param {import('../terminal.mjs').Terminal} terminal */
export async function run(args, terminal) {
  const own = /** @type {const} */ ({ link: 'flag', clangd: 'flag', 'compile-commands': 'flag' });
  const { parsed, options } = program(args, { own });
  const { host, checked, cwd } = options;
  if (parsed.own['clangd']) {
    // Relative paths are relative to each file there.
    const flags = [
      ...known(cwd).filter((flag) => !flag.startsWith('-I')),
      ...HEADERS.map((path) => `-I${slashes(path)}`),
    ];
    const lines = flags.map((flag) => `    - ${JSON.stringify(flag)}\n`).join('');
    write(
      '.clangd',
      `# Written by cawait flags --clangd, for this machine.\nCompileFlags:\n  Add:\n${lines}`,
      '.clangd',
    );
    terminal.result('.clangd');
    return 0;
  }
  if (parsed.own['compile-commands']) {
    if (parsed.inputs.length === 0) throw new UsageError('no source is named');
    const file = 'compile_commands.json';
    const commands = parsed.inputs.map(({ path, kind }) => ({
      directory: cwd,
      file: path,
      arguments: [
        kind === 'c++' ? 'clang++' : 'clang',
        ...(checked ? ['-DCAW_CHECKED'] : []),
        ...parsed.compile,
        ...known(cwd),
        '-c',
        path,
      ],
    }));
    write(file, `${JSON.stringify(commands, null, 2)}\n`, file);
    terminal.result(file);
    return 0;
  }
  if (parsed.inputs.length > 0) throw new UsageError('sources are for --compile-commands');
  const dist = folder();
  if (!dist) throw new BuildError(`${join(ROOT, 'dist')} is missing: npm run build`);
  const compile = [
    `@${word(join(dist, 'cawait.rsp'))}`,
    `-I${word(join(dist, 'include'))}`,
    ...(checked ? ['-O1', '-g', '-DCAW_CHECKED'] : []),
  ];
  process.stdout.write(`${(parsed.own['link'] ? link(host, checked) : compile).join(' ')}\n`);
  return 0;
}

/** @param {import('../build.mjs').Host} host @param {boolean} checked */
function link(host, checked) {
  const folder = inCache(() => folderOf([host, 'core'], checked));
  if (!folder)
    throw new BuildError(
      `there is no library of ${host} in the package: cawait build --host ${host} --cc COMPILER, or CMake's cawait::${host}`,
    );
  const library = `-lcawait-${host}`;
  return [
    ...(REACTORS.includes(host) ? ['-mexec-model=reactor'] : []),
    `-L${word(folder)}`,
    library,
    '-lcawait',
    library,
  ];
}
