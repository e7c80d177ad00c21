// CPython inside Node, as a process: programs on standard input, one a line; their traces on standard output.
//     node --stack-size=4000 tests/scenarios/pyodide.mjs < programs.jsonl
// The stack must be large: cancelling recurses through what a task waits for. It must not know the language (oracle.py).

import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { loadPyodide } from 'pyodide';

const python = await loadPyodide();
python.runPython(readFileSync(join(import.meta.dirname, 'oracle.py'), 'utf8'));
/** @type {(program: string) => string} */
const trace = python.globals.get('trace');
for (const program of (await text(process.stdin)).split('\n')) if (program) writeSync(1, `${trace(program)}\n`);
process.exit(); // at once: what CPython would still collect must not run
