// `npm run format` writes the repository's formatting, the types leg checks it: prettier for JavaScript, clang-format for C.
// It must not know the rules: those are .prettierrc.json and .clang-format.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../wasm/toolchain/sources.mjs';
import { command, which } from './command.mjs';

const FOLDERS = ['src', 'wasm', 'tests', 'web'];

/** Every C file and header of ours. */
function cFiles() {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true }).map((path) => `${folder}/${path}`),
  ).filter((path) => /\.[ch](pp)?$/.test(path));
}

/** The formatter of C that is here, or null. The version matters: others format some macros differently. */
export const clangFormat = () => which('clang-format-19');

/** @param {boolean} write  @returns {Promise<import('./command.mjs').Run>} */
export function javascript(write) {
  const prettier = join(ROOT, 'node_modules/prettier/bin/prettier.cjs');
  return command(process.execPath, [prettier, write ? '--write' : '--check', '--log-level', 'warn', '.'], {
    cwd: ROOT,
  });
}

/** @param {boolean} write  @returns {Promise<import('./command.mjs').Run>} */
export async function c(write) {
  const tool = clangFormat();
  if (!tool) return { status: 1, output: 'clang-format-19 is not installed' };
  return command(tool, [...(write ? ['-i'] : ['--dry-run', '-Werror']), ...cFiles()], { cwd: ROOT });
}

if (process.argv[1] === import.meta.filename)
  for (const { status, output } of [await javascript(true), await c(true)]) {
    process.stdout.write(output);
    if (status !== 0) process.exitCode = 1;
  }
