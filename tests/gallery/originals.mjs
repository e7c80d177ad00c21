// Runs the lessons' originals by CPython 3.15, which the npm package pyodide has, in virtual time: node tests/gallery/originals.mjs
// 01-together.py 02-... Prints a JSON array of what came of each: { status, output }. It must not know what they are.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPyodide } from 'pyodide';

const FOLDER = import.meta.dirname;
const python = await loadPyodide();
python.mountNodeFS('/tests/gallery', FOLDER);
const names = python.toPy({ __name__: 'run', __file__: '/tests/gallery/run.py' });
python.runPython(readFileSync(join(FOLDER, 'run.py'), 'utf8'), { globals: names });
/** @type {(path: string) => string} */
const outcome = names.get('outcome');
console.log(`[${process.argv.slice(2).map((name) => outcome(`/tests/gallery/${name}`))}]`);
