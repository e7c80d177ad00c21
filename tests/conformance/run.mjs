// Runs a module of the simulated host in this Node by the loader's own libc, without node:wasi:
// node tests/conformance/run.mjs module.wasm. Its exit status is the module's.
// It must not know what the module is.

import { readFileSync } from 'node:fs';
import * as libc from '../../dist/js/libc/libc.js';
import { Machine } from '../../dist/js/base/machine.js';
import * as late from '../../dist/js/run/late.js';

// What is not for users has no types in dist.
const { libcImports } = /** @type {any} */ (libc);
const machine = new Machine(() => {}, late);
const print = (/** @type {string} */ line) => void process.stdout.write(`${line}\n`);
const module = new WebAssembly.Module(readFileSync(process.argv[2] ?? ''));
const imports = { wasi_snapshot_preview1: libcImports(machine, { print, printErr: print }, module) };
const instance = new WebAssembly.Instance(module, imports);
const exports = /** @type {any} */ (instance.exports);
machine.x = exports;
try {
  exports._start();
} catch (error) {
  const { type, errno = 0 } = /** @type {any} */ (error);
  if (type !== 'SystemExit') throw error;
  process.exitCode = errno;
} finally {
  machine.flush();
}
