// One thread that runs the embedded compiler: a command and its files in, the files asked for and the diagnostics out.
// It must not know what is compiled, nor touch the disk.

import { runLLVM } from '@yowasp/clang';
import { parentPort } from 'node:worker_threads';

/** @typedef {{ args: string[], files: Record<string, string | Uint8Array>, output: string, beside?: string }} Job
 *     output: the path of what is asked for; -: what is written to stdout; beside: another file that is asked for */

/**
 * The compiler wants folders as nested objects.
 * @param {Record<string, string | Uint8Array>} files
 */
function tree(files) {
  /** @type {any} */
  const root = {};
  for (const [path, content] of Object.entries(files)) {
    const folders = path.split('/');
    const name = /** @type {string} */ (folders.pop());
    let at = root;
    for (const folder of folders) at = at[folder] ??= {};
    at[name] = content;
  }
  return root;
}

/** @param {any} root @param {string} path */
function leaf(root, path) {
  return path.split('/').reduce((at, name) => at?.[name], root);
}

/** @param {Job} job */
async function perform({ args, files, output, beside }) {
  const text = new TextDecoder();
  let diagnostics = '';
  /** @type {Uint8Array[]} */
  const written = [];
  /** @param {Uint8Array | null} bytes */
  const stderr = (bytes) => {
    if (bytes) diagnostics += text.decode(bytes, { stream: true });
  };
  /** @param {Uint8Array | null} bytes */
  const stdout = (bytes) => {
    if (bytes && output === '-') written.push(bytes.slice());
    else stderr(bytes);
  };
  try {
    const after = await runLLVM(args, tree(files), { stdout, stderr, fetchProgress() {} });
    const result = output === '-' ? new Uint8Array(Buffer.concat(written)) : leaf(after, output);
    parentPort?.postMessage({ ok: true, result, beside: beside && leaf(after, beside), diagnostics });
  } catch (error) {
    // An exit code is the compiler's word on the program; anything else is the compiler itself failing.
    const crash = typeof (/** @type {any} */ (error).code) === 'number' ? '' : `${error}\n`;
    parentPort?.postMessage({ ok: false, diagnostics: diagnostics + crash });
  }
}

parentPort?.on('message', perform); // one at a time: the next comes after the answer
