// Runs a program that Emscripten has made in Node, as its kind is run, and asks it what a script here asks (checks.js, unless the options
// name another): node node.mjs PROGRAM KIND OPTIONS.
// KIND: script, factory (MODULARIZE), module (EXPORT_ES6).

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { dirname } from 'node:path';
import { runInThisContext } from 'node:vm';

const [program = '', kind, options = '{}'] = process.argv.slice(2);
const asked = JSON.parse(options);
await import(`./${asked.checks ?? 'checks'}.js`);
const started = new Promise((resolve) => (globalThis.caw_started = (Module) => resolve({ Module })));
let aborted = 0;
// What the program is given where it takes something: the abort is counted.
const given = { onAbort: () => aborted++ };
const require = createRequire(import.meta.url);
if (kind === 'module') await (await import(pathToFileURL(program).href)).default(given);
else if (kind === 'factory') await require(program)(given);
else {
  // As a script tag does it: in a module of CommonJS its `var Module` would be another.
  Object.assign(globalThis, { Module: given, require, __filename: program, __dirname: dirname(program) });
  runInThisContext(readFileSync(program, 'utf8'), { filename: program });
}
const { Module } = await started;
if (asked.files === 'NODEFS') asked.folder = dirname(program);
const wrong = await globalThis.caw_checks(Module, asked);
if (asked.onAbort && aborted !== 1) wrong.push(`onAbort was called ${aborted} times`);
console.log(wrong.length ? `wrong: ${wrong.join('; ')}` : 'all is well');
process.exitCode = wrong.length ? 1 : 0;
