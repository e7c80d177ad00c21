// The interpreter in C on each host: builds it with the embedded compiler, runs programs on it.
// It must not know the language, nor what the traces are for.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../wasm/toolchain/build.mjs';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { which } from '../command.mjs';
import { through } from './lines.mjs';

/** @typedef {'sim' | 'node' | 'wasi' | 'wasmtime' | 'native'} Host */
/** @typedef {{ trace: string[] } | { died: string }} Outcome */
/** @typedef {{ realTime?: boolean, checked?: boolean, sweep?: boolean, node?: string, folder?: string, env?: Record<string, string> }} Options
 *     realTime: the clock waits for the host's; sweep: each program also with every one of its allocations failing; node: another Node;
 *     folder: another native build; env: more of the environment */

const NATIVE = join(ROOT, 'build/native');
const WASI = ['--no-warnings', join(ROOT, 'tests/wasi-run.mjs')];
const RUN = join(import.meta.dirname, 'node-run.mjs');

/**
 * Which of the library's hosts each is, null: natively; and how a module is started on it.
 * @type {Record<Host, [host: 'sim' | 'wasi' | 'js' | null, command: (module: string, node: string) => import('./lines.mjs').Command]>}
 */
const HOSTS = {
  sim: ['sim', (module, node) => [node, ...WASI, module]],
  node: ['js', (module, node) => [node, RUN, module]],
  wasi: ['wasi', (module, node) => [node, ...WASI, module]],
  wasmtime: ['wasi', (module) => ['wasmtime', 'run', module]],
  native: [null, (program) => [program]],
};

export const HOST_NAMES = /** @type {Host[]} */ (Object.keys(HOSTS));

/** What interpreter.txt lists under some words. @param {string[]} groups */
function listed(groups) {
  const lines = readFileSync(join(import.meta.dirname, 'interpreter.txt'), 'utf8').split('\n');
  const entries = lines.filter((line) => line && !line.startsWith('#')).map((line) => line.split(/\s+/));
  return entries.flatMap(([group = '', name = '']) => (groups.includes(group) ? [name] : []));
}

/**
 * Builds the interpreter for a host; gives its module's path.
 * @param {Host} host @param {Options} options
 */
async function interpreter(host, { realTime = false, checked = false, folder = NATIVE }) {
  const [kind] = HOSTS[host];
  if (host === 'wasmtime' && !which('wasmtime'))
    throw new Error('there is no wasmtime on the PATH: put wasmtime 48 there (cargo install wasmtime-cli)');
  if (!kind) {
    const program = join(folder, 'tests/scenarios');
    if (!existsSync(program)) throw new Error(`there is no ${program}: npm test -- core-native builds it`);
    return program;
  }
  const groups = ['all', kind === 'js' ? 'js' : 'blocking', 'virtual', ...(realTime ? ['real'] : [])];
  if (kind === 'js') await build(); // the loader
  const name = [host, ...(realTime ? ['real-time'] : []), ...(checked ? ['checked'] : [])].join('-');
  const out = join(ROOT, 'build/scenarios', `${name}.wasm`);
  await program({
    host: kind,
    sources: listed(groups).map((file) => join(import.meta.dirname, file)),
    out,
    checked,
    internal: true,
    link: listed(groups.map((group) => `wrap-${group}`)).map((symbol) => `--wrap=${symbol}`),
  });
  return out;
}

/**
 * Runs programs on a host, in order. `complaints`: what a process said that failed after the last of them, of leaks for instance.
 * @param {Host} host @param {string[]} programs  JSON texts @param {Options} [options]
 * @returns {Promise<{ outcomes: Outcome[], complaints: string[] }>}
 */
export async function run(host, programs, options = {}) {
  const command = HOSTS[host][1](await interpreter(host, options), options.node ?? process.execPath);
  const all = /** @type {const} */ ([...command, ...(options.sweep ? ['--sweep'] : [])]);
  const { answers, complaints } = await through(all, programs, { env: options.env ?? {} });
  const outcomes = answers.map((answer) => ('line' in answer ? { trace: JSON.parse(answer.line) } : answer));
  return { outcomes, complaints };
}
