// `cawait init`: a new project, complete: it builds, runs and has a test.
// It must not know what is in the projects (../templates), nor ask anything.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { ROOT } from '../../toolchain/sources.mjs';
import { UsageError } from '../arguments.mjs';
import { meant } from '../nearest.mjs';
import { actual } from '../paths.mjs';
import { BuildError, write } from '../build.mjs';

const TEMPLATES = join(import.meta.dirname, '../templates');
const KINDS = ['page', 'node', 'wasi'];
/** What the compiler's versions are called begins to npm before the version they lead to. */
const CLANG = '^22.0.0-git20542-10';

export const usage = `usage: cawait init page|node|wasi [FOLDER]

Writes a new project into FOLDER, or here: a page with Vite, a Node program, or a WASI program, each with a test. Then:

  npm install
  npm run dev         a page; the others: npm start
  npm test            in virtual time
  npm run editor      so that editors know the macros: compile_commands.json, for clangd
`;

/** The files of a project by their paths in it. @param {string} kind  @returns {Map<string, string>} */
function files(kind) {
  return new Map(
    ['common', kind].flatMap((folder) => {
      const entries = readdirSync(join(TEMPLATES, folder), { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => {
          const path = join(
            relative(join(TEMPLATES, folder), parentPath),
            name.replace(/^_(?=gitignore|clang-format)/, '.').replace(/^_/, ''),
          );
          return /** @type {const} */ ([path, readFileSync(join(parentPath, name), 'utf8')]);
        });
    }),
  );
}

/** A name that npm takes. @param {string} folder */
const packageName = (folder) =>
  basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[-._]+|-+$/g, '') || 'app';

/** @param {string[]} args @param {import('../terminal.mjs').Terminal} terminal */
export async function run(args, terminal) {
  const [kind = '', folder = '.', ...more] = args;
  const wrong = args.find((arg) => arg.startsWith('-'));
  if (wrong) throw new UsageError(`unknown option ${wrong}`);
  if (!KINDS.includes(kind))
    throw new UsageError(
      kind
        ? `there is no project ${kind}${meant(kind, KINDS) || ': page, node or wasi'}`
        : 'which project: page, node or wasi?',
    );
  if (more.length > 0) throw new UsageError('one folder at a time');
  const target = actual(process.cwd(), folder);
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const words = /** @type {Record<string, string>} */ ({ name: packageName(target), version, clang: CLANG });
  const wanted = files(kind);
  const there = [...wanted.keys()].filter((path) => existsSync(join(target, path)));
  if (there.length > 0)
    throw new BuildError(`${there.join(', ')} ${there.length > 1 ? 'are' : 'is'} there already: nothing was written`);
  for (const [path, text] of wanted)
    write(
      join(target, path),
      text.replace(/\{\{(\w+)\}\}/g, (all, word) => words[word] ?? all),
      join(folder, path),
    );
  const word = /^[\p{L}\p{N}_./\\:@+-]+$/u.test(folder) ? folder : `"${folder.replace(/["$`]/g, '\\$&')}"`;
  const first = folder === '.' ? '' : `cd ${word} && `;
  terminal.result(
    `${wanted.size} files in ${folder}\n${first}npm install && npm test && npm ${kind === 'page' ? 'run dev' : 'start'}`,
  );
  return 0;
}
