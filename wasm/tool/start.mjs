// Runs a module in this process, of whatever host: standard input, output and the exit status are the program's.
// It must not know how it was built. `node start.mjs module.wasm NAME [arguments]` does it in a process of its own.

import { readSync, readdirSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../toolchain/sources.mjs';
import { BuildError, isComponent } from './build.mjs';

/** A trap, as abort() ends a program. */
const TRAPPED = 134;
const INTERRUPTED = 130;

/**
 * A program that is run sees the machine's files, as any other would. To wasi-libc a relative path is one from the root, so the working
 * directory stands there, and beside it what is in the machine's root and has another name.
 */
function preopens() {
  const here = new Set(readdirSync('.'));
  const { root } = parse(process.cwd());
  const others = readdirSync(root, { withFileTypes: true }).filter((it) => it.isDirectory() && !here.has(it.name));
  return { ...Object.fromEntries(others.map(({ name }) => [`/${name}`, join(root, name)])), '.': process.cwd() };
}

/** What is said of a module for JavaScript in which nothing is of ours: most often main() was to be run. */
export const NOTHING = 'has nothing for load(): no CAW_MAIN, no CAW_EXPORT; a program with main() is for --host wasip1';

/** @param {WebAssembly.Module} module */
const isOurs = (module) => WebAssembly.Module.exports(module).some(({ name }) => name === 'caw_abi');
/** @param {WebAssembly.Module} module */
const isCommand = (module) => WebAssembly.Module.exports(module).some(({ name }) => name === '_start');

/** @param {Uint8Array<ArrayBuffer>} bytes @param {string} name @param {string[]} args  @returns {Promise<number>} */
export async function start(bytes, name, args) {
  if (isComponent(bytes)) return (await import('./component.mjs')).runComponent(bytes, name, args, preopens);
  let module;
  try {
    module = new WebAssembly.Module(bytes);
  } catch (error) {
    throw new BuildError(`${name} is no module of WebAssembly: ${/** @type {Error} */ (error).message}`);
  }
  if (isCommand(module)) return command(module, name, args);
  if (isOurs(module)) return script(module, name, args);
  throw new BuildError(`${name} ${NOTHING}`);
}

/** Waits for standard input; 0: its end. @param {Uint8Array} bytes  @returns {number} */
function input(bytes) {
  for (;;)
    try {
      return readSync(0, bytes);
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (code === 'EOF') return 0; // Windows
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10); // somebody has made it one that does not block
    }
}

/** A module of the JavaScript host: Ctrl-C cancels it, as Python does its programs, and a second one kills it.
 * @param {WebAssembly.Module} module @param {string} name @param {string[]} args */
async function script(module, name, args) {
  const { load } = await import(pathToFileURL(join(ROOT, 'dist/js/node.js')).href);
  const keyboard = new AbortController();
  const abort = () => keyboard.abort();
  process.once('SIGINT', abort);
  const { signal } = keyboard;
  /** Nothing else runs while C waits for its input: then Ctrl-C is the system's. @param {Uint8Array} bytes */
  const stdin = (bytes) => {
    if (signal.aborted) return input(bytes); // it is the system's already
    process.off('SIGINT', abort);
    try {
      return input(bytes);
    } finally {
      process.once('SIGINT', abort);
    }
  };
  try {
    const files = WebAssembly.Module.imports(module).some(({ name: call }) => call === 'path_open');
    if (files) process.removeAllListeners('warning'); // as below
    const env = /** @type {Record<string, string>} */ ({ ...process.env });
    const app = await load(module, {
      args: [name, ...args],
      env,
      stdin,
      signal,
      ...(files && { preopens: preopens() }),
    });
    if (!WebAssembly.Module.exports(module).some(({ name: of }) => of === 'caw_has_start'))
      throw new BuildError(`${name} has nothing to run: no CAW_MAIN, only functions for JavaScript`);
    const status = await app.done;
    app[Symbol.dispose](); // timers that are left are not waited for
    return status;
  } catch (error) {
    if (error === signal.reason) return INTERRUPTED;
    if (error instanceof BuildError) throw error;
    return trapped(error, name);
  }
}

/** A command, as WASI has it: of the host wasip1 or sim. @param {WebAssembly.Module} module @param {string} name @param {string[]} args */
async function command(module, name, args) {
  process.removeAllListeners('warning'); // node:wasi is experimental, says Node each time
  const { WASI } = await import('node:wasi');
  const env = /** @type {Record<string, string>} */ ({ ...process.env });
  const wasi = new WASI({ version: 'preview1', args: [name, ...args], env, preopens: preopens(), returnOnExit: true });
  try {
    const instance = new WebAssembly.Instance(module, /** @type {WebAssembly.Imports} */ (wasi.getImportObject()));
    return Number(wasi.start(instance));
  } catch (error) {
    return trapped(error, name);
  }
}

/** @param {unknown} error @param {string} name */
function trapped(error, name) {
  const { name: kind, message } = /** @type {Error} */ (error);
  if (kind === 'LoadError' || /^WebAssembly\.Instance\(\)/.test(message))
    throw new BuildError(`${name}: ${message.replace(/^(cawait|WebAssembly\.Instance\(\)): /, '')}`);
  if (!(error instanceof WebAssembly.RuntimeError)) throw error;
  const frames = (error.stack ?? `${error}`).split('\n').filter((line) => !/start\.mjs|\(?node:/.test(line));
  process.stderr.write(`${name} trapped: ${frames.join('\n')}\n`);
  return TRAPPED;
}

if (process.argv[1] === import.meta.filename) {
  const [path = '', name = path, ...args] = process.argv.slice(2);
  process.exitCode = await start(readFileSync(path), name, args);
}
