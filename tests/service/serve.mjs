// `wasmtime serve` for tests: built services, started and stopped, and what they have said.
// It must not know what they do.

import { spawn } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';

/** @param {string} source from the root @param {string[]} [beside]  others of its folder  @returns {Promise<string>} the component's path */
export async function built(source, beside = []) {
  const out = join(ROOT, 'build/tests/service', `${basename(source, '.c')}.wasm`);
  const sources = [source, ...beside.map((name) => join(dirname(source), name))];
  await program({ host: 'wasip3', sources: sources.map((path) => join(ROOT, path)), out });
  return out;
}

/**
 * @typedef {object} Server
 * @property {string} url            without a slash at its end
 * @property {(what: RegExp) => Promise<void>} said   until it has printed that
 * @property {(signal?: NodeJS.Signals) => Promise<void>} stop
 */

/** Started, and listening. @param {string} wasmtime @param {string} module @param {string[]} [flags]  @returns {Promise<Server>} */
export function serve(wasmtime, module, flags = []) {
  const child = spawn(wasmtime, ['serve', ...flags, '--addr', '127.0.0.1:0', module], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const heard = (/** @type {Buffer | string} */ text) => {
    output += text;
    for (const listener of [...listeners]) listener();
  };
  child.stdout.on('data', heard);
  child.stderr.on('data', heard);
  const closed = new Promise((resolve) => child.on('close', resolve));
  void closed.then(() => heard('(it has ended)\n'));

  /** @param {RegExp} what  @returns {Promise<RegExpExecArray>} */
  const until = (what) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = what.exec(output);
        if (!found && !output.endsWith('(it has ended)\n')) return;
        listeners.delete(look);
        if (found) resolve(found);
        else reject(new Error(`wasmtime serve has not said ${what}:\n${output}`));
      };
      listeners.add(look);
      look();
    });

  return until(/Serving HTTP on (http:\S+?)\/?\s/).then(([, url = '']) => ({
    url,
    said: async (what) => void (await until(what)),
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await closed;
    },
  }));
}
