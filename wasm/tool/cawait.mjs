#!/usr/bin/env node
// The package's command, `npx cawait`: finds the subcommand, and makes of what it says or throws a line and an exit status.
// It must not know what the subcommands do (commands/NAME.mjs: `usage`, `run(args, terminal)`, the exit status or a promise of it).
// Status: 0 done; 1 the program or a file was refused; 2 the command was called wrongly; `run` and `test` have the programs' own.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../toolchain/sources.mjs';
import { UsageError, kindOf } from './arguments.mjs';
import { BuildError } from './build.mjs';
import { meant } from './nearest.mjs';
import { unwritten } from './output.mjs';
import { Terminal } from './terminal.mjs';

/** What each does, in a line. */
const COMMANDS = {
  build: 'compiles and links C and C++ into one module',
  run: 'builds a program and runs it, or runs a module',
  test: 'builds programs that are tests and runs them in virtual time',
  dev: 'builds again whenever a file changes, at once',
  init: 'writes a new project: a page, a Node program or a WASI program',
  component: 'makes a component of a module that another compiler has linked',
  types: 'writes the TypeScript types of a module',
  port: 'prints where the port for Emscripten is, for --use-port',
  flags: 'prints what another compiler needs, and sets up editors',
};

const USAGE = `usage: cawait <command> [options] ...

${Object.entries(COMMANDS)
  .map(([name, what]) => `  ${name.padEnd(11)}${what}`)
  .join('\n')}

cawait <command> --help says more, cawait --version the version. Without a command it is build: cawait app.c -o app.wasm
`;

/** @param {string} name */
const load = (name) => import(`./commands/${name}.mjs`);

/** @param {string[]} args  @returns {Promise<number>} */
async function main(args) {
  const [first = ''] = args;
  if (args.length === 0) return (process.stderr.write(USAGE), 2);
  if (first === '--version' || first === '-V') {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    return (process.stdout.write(`${version}\n`), 0);
  }
  const named = Object.hasOwn(COMMANDS, first);
  if (first === 'help' || first === '--help' || first === '-h') {
    const [, of = ''] = args;
    const text = first === 'help' && Object.hasOwn(COMMANDS, of) ? (await load(of)).usage : USAGE;
    return (process.stdout.write(text), 0);
  }
  // A word that is no option and no file is a command that was misspelt.
  if (!named && /^\w+$/.test(first) && !existsSync(first)) {
    const guess = meant(first, Object.keys(COMMANDS));
    process.stderr.write(
      `cawait: there is no command ${first}${guess}\n${guess ? 'try: cawait --help\n' : `\n${USAGE}`}`,
    );
    return 2;
  }
  const name = named ? first : 'build';
  // A program writes for itself, to what it has inherited.
  if (name !== 'run') process.stdout.on('error', (/** @type {NodeJS.ErrnoException} */ { code }) => unwritten(code));
  const rest = named ? args.slice(1) : args;
  const { run, usage } = await load(name);
  const end = rest.indexOf('--');
  // What follows a program's sources is the program's.
  const own =
    name === 'run' ? rest.slice(0, rest.findIndex((arg) => kindOf(arg) || arg.endsWith('.wasm')) >>> 0) : rest;
  if ((end < 0 ? own : own.slice(0, end)).some((arg) => arg === '--help' || arg === '-h'))
    return (process.stdout.write(usage), 0);
  const terminal = new Terminal();
  try {
    return await run(rest, terminal);
  } catch (error) {
    terminal.clear();
    if (error instanceof UsageError) {
      process.stderr.write(`cawait: ${error.message}\ntry: cawait ${name} --help\n`);
      return 2;
    }
    // The machine's no: a folder for what is temporary that is not there, a disk that is full.
    const { syscall, message } = /** @type {NodeJS.ErrnoException} */ (error);
    if (syscall) return (process.stderr.write(`cawait: ${message}\n`), 1);
    if (!(error instanceof BuildError)) throw error;
    terminal.said(error.text.includes('\n') ? error.text : `cawait: ${error.text}\n`);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
