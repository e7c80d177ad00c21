// Builds the C program of a test, and runs programs of Node with it. It must not know what is tested.
// Where there is no Node, tests/places/node/maker.js stands in.

import { spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { program } from '../../wasm/toolchain/program.mjs';

/** Where the C programs of a test are: new URL('x.c', import.meta.url). @param {URL} source @param {string[]} [flags] */
export const build = (source, flags = []) => program({ host: 'js', sources: [fileURLToPath(source)], flags });

/** @type {Map<string, Promise<WebAssembly.Module>>} */
const modules = new Map();

/** The compiled module, once for all the tests of a file. @param {URL} source */
export function compiled(source) {
  const known = modules.get(source.href);
  if (known) return known;
  const making = build(source).then((bytes) => WebAssembly.compile(bytes));
  modules.set(source.href, making);
  return making;
}

/**
 * Runs text as a program of this Node and gives its exit code and output; `load` and `source` (URL of the module) are there.
 * @param {URL} source @param {string} text
 * @returns {Promise<{ code: number | null, out: string, ms: number }>}
 */
export async function process_(source, text) {
  const bytes = Buffer.from(await build(source)).toString('base64');
  const entry = new URL('../../dist/js/node.js', import.meta.url).href;
  const code = `import { load } from '${entry}'; const bytes = Buffer.from('${bytes}', 'base64');\n${text}`;
  const begun = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '-'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.on('data', (part) => (out += part));
  child.stderr.on('data', (part) => (out += part));
  child.stdin.end(code);
  const status = await new Promise((resolve) => child.on('close', resolve));
  return { code: status, out, ms: performance.now() - begun };
}

export { pathToFileURL };
