// Runs a component: by wasmtime where it is on the PATH, else by jco in this Node, if that can wait in WebAssembly (24 and newer).
// It must not know how it was built.

import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import { REMEDY, jco } from '../toolchain/component.mjs';
import { BuildError } from './build.mjs';
import { look } from './paths.mjs';
import { inFolder, working } from './work.mjs';

/** Whether it is a service, and no command as well. @param {Uint8Array} bytes */
const serves = (bytes) => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return text.includes('wasi:http/handler@') && !text.includes('wasi:cli/run@');
};

/** Like any other program: it sees the machine's files, its environment, and the network. */
const WASMTIME = ['-S', 'inherit-env,inherit-network,allow-ip-name-lookup,http', '--dir', '.', '--dir', '/'];

/**
 * @param {Uint8Array} bytes @param {string} name @param {string[]} args
 * @param {() => Record<string, string>} preopens  in Node: the machine's files @returns {Promise<number>}
 */
export async function runComponent(bytes, name, args, preopens) {
  return inFolder('cawait-run-', async (work) => {
    const file = join(work, 'app.wasm');
    const wasmtime = process.platform === 'win32' ? 'wasmtime.exe' : 'wasmtime';
    const there = (process.env['PATH'] ?? '').split(delimiter).some((folder) => look(join(folder, wasmtime))?.isFile());
    if (there) {
      writeFileSync(file, bytes);
      const served = serves(bytes); // its arguments are those of serve
      if (served) return await ended(['serve', ...WASMTIME, '-S', 'cli', ...args, file]);
      return await ended(['run', ...WASMTIME, '--argv0', name, file, ...args]);
    }
    const tools = jco();
    if (!tools || !('Suspending' in WebAssembly))
      throw new BuildError(
        `to run a component put wasmtime 46 or newer on the PATH; or take Node 24 or newer (this is ${process.version}) and ` +
          `${tools ? 'jco, which is there' : REMEDY}`,
      );
    return await inNode(bytes, work, name, args, preopens(), tools);
  });
}

/** @param {string[]} args  @returns {Promise<number>} */
function ended(args) {
  return new Promise((resolve, reject) => {
    const child = working(spawn('wasmtime', args, { stdio: 'inherit' }));
    // Ctrl-C is the program's, and this one ends with it: a terminal's goes to both, one that is sent is passed on.
    const pass = () => void child.kill('SIGINT');
    process.on('SIGINT', pass);
    child.on('error', reject);
    child.on('close', (status, signal) => {
      process.off('SIGINT', pass);
      resolve(status ?? 128 + (constants.signals[signal ?? 'SIGINT'] ?? 0));
    });
  });
}

/** @param {Uint8Array} bytes @param {string} work @param {string} name @param {string[]} args @param {Record<string, string>} preopens @param {{ root: string }} tools */
async function inNode(bytes, work, name, args, preopens, { root }) {
  const require = createRequire(join(root, 'any.cjs'));
  const { transpileBytes } = await import(pathToFileURL(require.resolve('@bytecodealliance/jco-transpile')).href);
  const { files } = await transpileBytes(bytes, { name: 'app' });
  for (const [path, content] of Object.entries(files))
    if (!path.endsWith('.d.ts')) writeFileSync(join(work, path), content);
  writeFileSync(join(work, 'package.json'), '{"type":"module"}');
  // What it imports: WASI 0.3, and the very WASI 0.2 that this stands on.
  const newer = createRequire(require.resolve('@bytecodealliance/jco-transpile')).resolve(
    '@bytecodealliance/preview3-shim',
  );
  const older = createRequire(newer).resolve('@bytecodealliance/preview2-shim');
  const scope = join(work, 'node_modules/@bytecodealliance');
  mkdirSync(scope, { recursive: true });
  for (const path of [newer, older]) {
    const [, folder = '', shim = ''] = /^(.*[\\/](preview\d-shim))[\\/]/.exec(path) ?? [];
    symlinkSync(folder, join(scope, shim), 'junction');
  }
  const part = (/** @type {string} */ of) =>
    import(pathToFileURL(createRequire(newer).resolve(`@bytecodealliance/preview2-shim/${of}`)).href);
  const { _setArgs, _setEnv } = await part('cli');
  _setArgs([name, ...args]);
  _setEnv({ ...process.env });
  (await part('filesystem'))._setPreopens(preopens);
  const { run } = await import(pathToFileURL(join(work, 'app.js')).href);
  process.on('exit', () => rmSync(work, { recursive: true, force: true })); // another code than 0 and 1 ends the process
  try {
    await run.run();
    return 0;
  } catch (error) {
    if (/** @type {Error} */ (error)?.constructor?.name === 'ComponentError') return 1;
    throw error;
  }
}
