// Runs a WASI command with node:wasi: node tests/wasi-run.mjs module.wasm [arguments]. Its exit status is the module's.
// It must not know what the module is.

import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { WASI } from 'node:wasi';

// Node 20's fd_write takes memory in a fast call, where V8 may not collect: a program with much memory aborts there, one run in ten.
setFlagsFromString('--no-turbo-fast-api-calls');

const [path = '', ...rest] = process.argv.slice(2);
const wasi = new WASI({
  version: 'preview1',
  args: [path, ...rest],
  env: {},
  preopens: { '.': '.' },
  returnOnExit: true,
});
const module = new WebAssembly.Module(readFileSync(path));
const instance = new WebAssembly.Instance(module, /** @type {WebAssembly.Imports} */ (wasi.getImportObject()));
process.exitCode = wasi.start(instance);
