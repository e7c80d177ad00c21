// Drives the embedded clang (@yowasp/clang): compile one file, archive objects, link a module; two threads, cached by content.
// It must not know which files the library has (sources.mjs) or what a program is made of (program.mjs).

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { cached } from './cache.mjs';
import { CORO_NAMES, coroFlags } from './rsp.mjs';

/** @typedef {Record<string, string | Uint8Array>} Files  paths with slashes, relative; content */

const TARGET = '--target=wasm32-wasip1';
const SYSROOT = '/usr/lib/wasm32-wasip1';
const BUILTINS = '/usr/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a';
const THREADS = 2; // each holds the whole compiler: memory, not processors, is what runs out

/** What the compiler said no to; `diagnostics` is its own text. */
export class CompileError extends Error {
  /** @param {string} what @param {string} diagnostics */
  constructor(what, diagnostics) {
    super(`${what} failed\n${diagnostics}`);
    this.name = 'CompileError';
    this.diagnostics = diagnostics;
  }
}

const { version } = JSON.parse(
  readFileSync(
    createRequire(import.meta.url)
      .resolve('@yowasp/clang')
      .replace(/gen\/[^/]*$/, 'package.json'),
    'utf8',
  ),
);

/** @typedef {{ ok: boolean, result?: Uint8Array, diagnostics: string }} Answer */
/** @typedef {{ args: string[], files: Files, output: string, resolve(answer: Answer): void, reject(error: Error): void }} Job */

/** @type {Job[]} */
const queue = [];
/** What each thread does now. @type {Map<Worker, Job | null>} */
const threads = new Map();

/** Gives what waits to the threads that do nothing. */
function serve() {
  const idle = [...threads.values()].includes(null);
  if (queue.length > 0 && !idle && threads.size < THREADS) start();
  for (const [worker, job] of threads) {
    if (job) continue;
    const next = queue.shift();
    threads.set(worker, next ?? null);
    if (!next) worker.unref();
    else {
      worker.ref();
      const { args, files, output } = next;
      worker.postMessage({ args, files, output });
    }
  }
}

function start() {
  const worker = new Worker(new URL('./clang-worker.mjs', import.meta.url));
  worker.on('message', (answer) => {
    threads.get(worker)?.resolve(answer);
    threads.set(worker, null);
    serve();
  });
  worker.on('error', (error) => {
    threads.get(worker)?.reject(error);
    threads.delete(worker);
    serve();
  });
  threads.set(worker, null);
}

/**
 * @param {string[]} args @param {Files} files @param {string} output
 * @returns {Promise<Answer>}
 */
function run(args, files, output) {
  return new Promise((resolve, reject) => {
    queue.push({ args, files, output, resolve, reject });
    serve();
  });
}

/**
 * Runs a command with one output (-: stdout), unless the same command ran on the same files before.
 * @param {string} what @param {string[]} args @param {Files} files @param {string} output
 */
function once(what, args, files, output) {
  return cached([version, JSON.stringify(args), ...Object.entries(files).flat()], async () => {
    const { ok, result, diagnostics } = await run(args, files, output);
    if (!ok || !result?.length) throw new CompileError(what, diagnostics);
    if (diagnostics) process.stderr.write(diagnostics);
    return result;
  });
}

/**
 * How many coroutine names a file needs: each name has a price, so not all 256 if few will do.
 * @param {Files} files
 */
function namesFor(files) {
  let uses = 0;
  for (const content of Object.values(files))
    uses += String(content).match(/\bCAW_ASYNC\w*\s*\(|__COUNTER__/g)?.length ?? 0;
  return Math.min(CORO_NAMES, Math.ceil((uses + 1) / 16) * 16);
}

/**
 * Compiles one C file and returns its object.
 * @param {{ source: string, files: Files, headers?: Files, flags: string[] }} job
 *     source: its path within files; files: it and the headers beside it, where coroutines may be defined;
 *     headers: the library's own
 * @returns {Promise<Uint8Array>}
 */
export async function compile({ source, files, headers = {}, flags }) {
  const all = { ...headers, ...files };
  /** @param {number} names */
  const attempt = (names) => {
    const args = ['clang', TARGET, ...coroFlags(names).flatMap((flag) => flag.split(' ')), ...flags];
    // To stdout: the compiler goes back to patch each relocation of a file, and the embedded file system copies the whole of it
    // for each. A checked build of tests/c/queue.c took 13 seconds of processor time; by stdout 3.3.
    return once(source, [...args, '-c', source, '-o', '-'], all, '-');
  };
  const names = namesFor(files);
  try {
    return await attempt(names);
  } catch (error) {
    // A macro that expands to several coroutines escapes the count above; the compiler's own count does not.
    const few = error instanceof CompileError && error.diagnostics.includes('CAW_CORO_NAMES');
    if (!few || names === CORO_NAMES) throw error;
    return attempt(CORO_NAMES);
  }
}

/**
 * A static library of objects.
 * @param {Files} objects
 */
export function archive(objects) {
  return once('ar', ['ar', 'rcsD', 'out.a', ...Object.keys(objects)], objects, 'out.a');
}

/**
 * Links a module: a command (it has main and ends) or a reactor (it is called into until its host goes).
 * @param {{ objects: Files, libraries: Files, reactor?: boolean, flags: string[] }} job  flags are the linker's own
 */
export function link({ objects, libraries, reactor = false, flags }) {
  const crt = `${SYSROOT}/crt1-${reactor ? 'reactor' : 'command'}.o`;
  const inputs = [crt, ...Object.keys(objects), ...Object.keys(libraries), '-lc', BUILTINS];
  const entry = reactor ? ['--entry', '_initialize'] : [];
  // The driver would start the linker as another process, which the embedded compiler cannot do: this is its command.
  const args = ['wasm-ld', '-m', 'wasm32', `-L${SYSROOT}`, ...entry, ...inputs, ...flags, '-o', 'out.wasm'];
  return once('link', args, { ...objects, ...libraries }, 'out.wasm');
}
