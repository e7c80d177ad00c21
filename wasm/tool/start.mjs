// Runs a module in this process, of whatever host: standard input, output and the exit status are the program's.
// It must not know how it was built. `node start.mjs module.wasm NAME [arguments]` does it in a process of its own.

import { readdirSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { ROOT } from '../toolchain/sources.mjs';
import { BuildError, isComponent } from './build.mjs';
import { ended } from './ended.mjs';
import { input, output, pause, unwritten, write } from './output.mjs';

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
      stdout: output(1),
      stderr: output(2),
      signal,
      onReport: (/** @type {string} */ report) =>
        report.startsWith('cawait: the module trapped') || write(2, `${report}\n`),
      ...(files && { preopens: preopens() }),
    });
    if (!WebAssembly.Module.exports(module).some(({ name: of }) => of === 'caw_has_start'))
      throw new BuildError(`${name} has nothing to run: no CAW_MAIN, only functions for JavaScript`);
    let stuck = false;
    const over = () => app[Symbol.dispose](); // timers that are left are not waited for, and what was printed is seen
    process.once('beforeExit', () => {
      stuck = true; // which has been reported
      over();
    });
    const failed = (/** @type {unknown} */ error) => {
      if (stuck) return 1;
      throw error;
    };
    return await app.done.catch(failed).finally(over);
  } catch (error) {
    if (error === signal.reason) return INTERRUPTED;
    return ended(error, name);
  }
}

/** Errors as WASI numbers them. */
const AGAIN = 6;
const ENDING = new Map([
  [64, 'EPIPE'],
  [51, 'ENOSPC'],
]);

/**
 * Node's, but for pipes that do not block: a C program would take a full one for an error, and lose the rest. And one whose reader has
 * gone ends it.
 * @param {Record<string, any>} calls
 */
function blocking(calls) {
  let asked = false; // by the program: then it is its own affair
  const moving =
    (/** @type {string} */ name) =>
    (/** @type {number} */ fd, /** @type {number[]} */ ...args) => {
      for (;;) {
        const error = calls[name](fd, ...args);
        if (fd <= 2 && ENDING.has(error)) unwritten(ENDING.get(error));
        if (fd > 2 || asked || error !== AGAIN) return error;
        pause();
      }
    };
  return {
    ...calls,
    fd_read: moving('fd_read'),
    fd_write: moving('fd_write'),
    fd_fdstat_set_flags(/** @type {number} */ fd, /** @type {number} */ flags) {
      asked ||= fd <= 2;
      return calls['fd_fdstat_set_flags'](fd, flags);
    },
  };
}

/** A command, as WASI has it: of the host wasip1 or sim. @param {WebAssembly.Module} module @param {string} name @param {string[]} args */
async function command(module, name, args) {
  process.removeAllListeners('warning'); // node:wasi is experimental, says Node each time
  const { WASI } = await import('node:wasi');
  // Node 20's fd_write takes memory in a fast call, where V8 may not collect: a program with much memory aborts there, now and then.
  setFlagsFromString('--no-turbo-fast-api-calls');
  const env = /** @type {Record<string, string>} */ ({ ...process.env });
  const wasi = new WASI({ version: 'preview1', args: [name, ...args], env, preopens: preopens(), returnOnExit: true });
  try {
    const calls = /** @type {WebAssembly.ModuleImports} */ (blocking(/** @type {any} */ (wasi.wasiImport)));
    const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: calls });
    return Number(wasi.start(instance));
  } catch (error) {
    return ended(error, name);
  }
}

if (process.argv[1] === import.meta.filename) {
  const [path = '', name = path, ...args] = process.argv.slice(2);
  process.exitCode = await start(readFileSync(path), name, args);
}
