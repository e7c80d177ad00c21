// CPython's traces of programs: by the npm package pyodide in a Node of its own, or by the python3.15 that CAWAIT_PYTHON names.
// It must not know the language (oracle/), nor what the traces are for.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../../wasm/toolchain/cache.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { through } from './lines.mjs';

/** @typedef {string[] | { none: string }} Trace  none: why CPython has none of the program */

const FOLDER = join(import.meta.dirname, 'oracle');
const BATCH = 5000; // programs a process: what deadlocks is never collected

/** @returns {import('./lines.mjs').Command} */
function command() {
  const python = process.env['CAWAIT_PYTHON'];
  if (python) return [python, '-B', FOLDER];
  return [process.execPath, '--stack-size=4000', join(import.meta.dirname, 'pyodide.mjs')];
}

/** @param {string[]} programs  @returns {Promise<Trace[]>} */
async function lane(programs) {
  const { answers } = await through(command(), programs, { batch: BATCH, again: true });
  return answers.map((answer) =>
    'line' in answer ? JSON.parse(answer.line) : { none: `CPython died: ${answer.died.split('\n', 1)[0]}` },
  );
}

/** The traces of programs, in their order. @param {string[]} programs  JSON texts  @returns {Promise<Trace[]>} */
export async function oracle(programs) {
  if (programs.length < 500) return lane(programs); // it takes two seconds to start
  const half = programs.length >> 1;
  return (await Promise.all([lane(programs.slice(0, half)), lane(programs.slice(half))])).flat();
}

/** The same, kept in build/cache: what a test asks for again and again. @param {string[]} programs  @returns {Promise<Trace[]>} */
export async function remembered(programs) {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules/pyodide/package.json'), 'utf8'));
  const sources = readdirSync(FOLDER).filter((name) => name.endsWith('.py'));
  const source = sources.sort().map((name) => readFileSync(join(FOLDER, name)));
  const ingredients = [process.env['CAWAIT_PYTHON'] ?? version, ...source, ...programs];
  const traces = await cached(ingredients, async () => Buffer.from(JSON.stringify(await oracle(programs))));
  return JSON.parse(Buffer.from(traces).toString());
}
