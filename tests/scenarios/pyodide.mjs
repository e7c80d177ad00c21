// CPython inside Node, as a process: programs on standard input, one a line; their traces on standard output.
//     node --stack-size=4000 tests/scenarios/pyodide.mjs < programs.jsonl
// The stack must be large: cancelling recurses through what a task waits for. It must not know the language (oracle).

import { readFileSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { loadPyodide } from 'pyodide';

const python = await loadPyodide();
const folder = join(import.meta.dirname, 'oracle');
for (const name of readdirSync(folder))
  if (name.endsWith('.py')) python.FS.writeFile(name, readFileSync(join(folder, name)));
/** @type {(program: string) => string} */
const answer = python.pyimport('answer').answer;
for (const program of (await text(process.stdin)).split('\n')) if (program) writeSync(1, `${answer(program)}\n`);
process.exit(); // at once: what CPython would still collect must not run
