// One process: what the rows about the primitives take in CPython's asyncio, nanoseconds by row, printed as JSON: primitives.py in
// pyodide on its own event loop, and in a python3 of this machine.
// It must not know the rows.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadPyodide } from 'pyodide';
import { which } from '../command.mjs';

const SOURCE = join(import.meta.dirname, 'primitives.py');

const pyodide = await loadPyodide();
pyodide.runPython(readFileSync(SOURCE, 'utf8'));
/** @type {Record<string, Record<string, number>>} */
const all = { pyodide: JSON.parse(await pyodide.runPythonAsync('await measured(1000)')) };
const python = which('python3');
if (python) all['python3'] = JSON.parse((await promisify(execFile)(python, [SOURCE])).stdout);
console.log(JSON.stringify(all));
process.exit(); // pyodide would keep it alive
