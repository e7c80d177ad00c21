// Drives the embedded clang (@yowasp/clang): compile one file, archive objects, link a module; cached by content.
// It must not know which files the library has (sources.mjs) or what a program is made of (program.mjs).

import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cached } from './cache.mjs';
import { CORO_NAMES, coroFlags } from './rsp.mjs';

/** @typedef {Record<string, string | Uint8Array>} Files  paths with slashes, relative; content */

export const TARGET = '--target=wasm32-wasip1';
export const SYSROOT = '/usr/lib/wasm32-wasip1';
export const BUILTINS = '/usr/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a';

/** What the compiler said no to; `diagnostics` is its own text. */
export class CompileError extends Error {
  /** @param {string} what @param {string} diagnostics */
  constructor(what, diagnostics) {
    super(`${what} failed\n${diagnostics}`);
    this.name = 'CompileError';
    this.diagnostics = diagnostics;
  }
}

/** The compiler's. @type {{ version: string }} */
export const { version } = JSON.parse(
  readFileSync(join(dirname(createRequire(import.meta.url).resolve('@yowasp/clang')), '../package.json'), 'utf8'),
);

/** @typedef {{ ok: boolean, result?: Uint8Array, beside?: string | Uint8Array, diagnostics: string }} Answer */
/** @typedef {{ resolve(answer: Answer): void, reject(error: Error): void }} Waiting */

/** Commands that the compiler's process has not answered. @type {Map<number, Waiting>} */
const waiting = new Map();
let commands = 0;
/** @type {import('node:child_process').ChildProcess | null} */
let compiler = null;

let optimized = false;

/** Hundreds of files will be compiled: V8 shall optimize the compiler. Before the first of them. */
export function expectMany() {
  optimized = true;
}

/** The compiler's process; it does not keep this one alive while nothing is asked of it. */
function started() {
  if (compiler) return compiler;
  const args = optimized ? ['optimized'] : [];
  const child = fork(join(import.meta.dirname, 'clang-process.mjs'), args, { serialization: 'advanced', execArgv: [] });
  child.on('message', (/** @type {{ id: number, answer?: Answer, error?: Error }} */ { id, answer, error }) => {
    const command = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) rest(child);
    if (answer) command?.resolve(answer);
    else command?.reject(error ?? new Error('the embedded compiler did not answer'));
  });
  /** @param {Error} error */
  const lost = (error) => {
    compiler = null;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  child.on('error', lost);
  child.on('exit', (code, signal) => lost(new Error(`the embedded compiler ended: ${signal ?? `status ${code}`}`)));
  compiler = child;
  return child;
}

/** @param {import('node:child_process').ChildProcess} child */
function rest(child) {
  child.unref();
  child.channel?.unref?.(); // Bun's has neither
}

/**
 * Runs a command of the compiler's.
 * @param {string[]} args @param {Files} files @param {string} output  the file that is wanted; -: stdout
 * @param {string} [beside]  another file that it writes
 * @returns {Promise<Answer>}
 */
export function run(args, files, output, beside) {
  return new Promise((resolve, reject) => {
    const child = started();
    child.ref();
    child.channel?.ref?.();
    const id = commands++;
    waiting.set(id, { resolve, reject });
    child.send({ id, args, files, output, beside });
  });
}

/** Has the compiler ready: the first command of a process takes two seconds more than the next. What comes of it is of no interest. */
export function warm() {
  const source = '#include <stdio.h>\nint main(int n, char **v) { while (n--) printf("%s %d", v[n], n); return n; }\n';
  run(['clang', TARGET, '-O2', '-c', 'warm.c', '-o', '-'], { 'warm.c': source }, '-').catch(() => {});
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
 * @param {Iterable<string | Uint8Array>} contents  of it and of what it includes
 */
export function namesFor(contents) {
  let uses = 0;
  for (const content of contents) uses += String(content).match(/\bCAW_ASYNC\w*\s*\(|__COUNTER__/g)?.length ?? 0;
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
  const names = namesFor(Object.values(files));
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
