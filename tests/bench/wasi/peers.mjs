// Who is measured: our components and Rust's under the same wasmtime, Node's and CPython's own servers natively.
// It must not know how they are measured. Go is not among them: its own compiler has wasip1 only, which has no sockets, and TinyGo's wasip2
// none in its net.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../../../wasm/toolchain/program.mjs';
import { ROOT } from '../../../wasm/toolchain/sources.mjs';
import { which } from '../../command.mjs';
import { componentTools, REMEDY } from '../../engines.mjs';
import { isComponent } from '../../../wasm/tool/build.mjs';

const HERE = import.meta.dirname;
const BUILD = join(ROOT, 'build/bench/wasi');

/** @typedef {'http' | 'tcp'} Kind */
/** @typedef {{ name: string, command: string[], size: number | null }} Peer  size: of its component */

/** Ours. @param {Kind} kind */
async function ours(kind) {
  if (!componentTools()) throw new Error(REMEDY);
  const out = join(BUILD, `${kind}.wasm`);
  await program({ host: 'wasip3', sources: [join(HERE, kind === 'http' ? 'service.c' : 'echo.c')], out, strip: true });
  return out;
}

/**
 * Rust's, by its crate wasip3: built where cargo has the target wasm32-wasip2; or CAWAIT_RUST_PEERS is a folder with http.wasm and tcp.wasm.
 * @param {Kind} kind
 */
function rust(kind) {
  const given = process.env['CAWAIT_RUST_PEERS'];
  if (given) return join(given, `${kind}.wasm`);
  const crate = join(HERE, 'rust');
  const target = ['--target', 'wasm32-wasip2'];
  const library = spawnSync('rustc', ['--print', 'target-libdir', ...target], { encoding: 'utf8' }).stdout?.trim();
  if (!library || !existsSync(library)) return null;
  const folder = join(BUILD, 'rust');
  const args = ['build', '-q', '--release', ...target, '--lib', '--examples', '--target-dir', folder];
  if (spawnSync('cargo', args, { cwd: crate, stdio: 'inherit' }).status !== 0) return null;
  const made = join(folder, 'wasm32-wasip2/release', kind === 'http' ? 'peers.wasm' : 'examples/tcp.wasm');
  if (isComponent(readFileSync(made))) return made;
  const out = join(BUILD, `rust-${kind}.wasm`); // a linker that is none of components'
  return spawnSync('wasm-tools', ['component', 'new', made, '-o', out]).status === 0 ? out : null;
}

/** All there are. @param {Kind} kind @param {string} wasmtime  @returns {Promise<Peer[]>} */
export async function peers(kind, wasmtime) {
  mkdirSync(BUILD, { recursive: true });
  const flags = kind === 'http' ? ['serve', '-S', 'cli', '--addr', '127.0.0.1:0'] : ['run', '-S', 'inherit-network'];
  const component = (/** @type {string} */ name, /** @type {string} */ path) => ({
    name,
    command: [wasmtime, ...flags, path],
    size: statSync(path).size,
  });
  /** @type {Peer[]} */
  const found = [component('cawait', await ours(kind))];
  const theirs = rust(kind);
  if (theirs) found.push(component('Rust', theirs));
  const native = {
    Node: [process.execPath, join(HERE, 'servers.mjs'), kind],
    CPython: ['python3', join(HERE, 'servers.py'), kind],
  };
  for (const [name, command] of Object.entries(native))
    if (which(String(command[0]).split('/').at(-1) ?? '')) found.push({ name, command, size: null });
  return found;
}

/** Started; its port and process. @param {Peer} peer @returns {Promise<{ port: number, pid: number, stop: () => void }>} */
export function start({ name, command: [file = '', ...args] }) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  return new Promise((resolve, reject) => {
    const heard = (/** @type {Buffer} */ text) => {
      said += text;
      const [, port] = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said) ?? [];
      if (port) resolve({ port: Number(port), pid: child.pid ?? 0, stop: () => void child.kill() });
    };
    child.stdout.on('data', heard);
    child.stderr.on('data', heard);
    child.on('close', () => reject(new Error(`${name} has ended: ${said}`)));
  });
}
