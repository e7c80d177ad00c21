// Runs a WASI command with node:wasi: node tests/wasi-run.mjs module.wasm [arguments]. Its exit status is the module's.
// It must not know what the module is.

import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

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
