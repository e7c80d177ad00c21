// The emscripten leg: emcmake builds a user's project (tests/cmake/consumer) for the JavaScript host; the module that emcc makes
// must import nothing but "caw" and WASI, and run in the same loader as ours. emcc is on the PATH, or in the tree that
// .ci/run makes, entered by chroot.

import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, which } from '../command.mjs';
import { CACHE } from '../engines.mjs';

const TREE = join(CACHE, 'sid');
const OLDEST = 4; // before, emcc's clang has no coroutines for C

const inTree = () => !which('emcc') && existsSync(join(TREE, 'usr/bin/emcc')) && process.getuid?.() === 0;

export function needs() {
  if (which('emcc') || inTree()) return null;
  return `install Emscripten ${OLDEST} or newer; on Debian, .ci/run puts it into a tree of its own (as root)`;
}

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const chroot = inTree();
  const outside = mkdtempSync(join(chroot ? join(TREE, 'srv') : tmpdir(), 'cawait-emscripten-'));
  // What the compiler calls that folder.
  const inside = chroot ? outside.slice(TREE.length) : outside;
  const tool = (/** @type {string} */ name, /** @type {string[]} */ ...args) =>
    chroot ? command('chroot', [TREE, name, ...args]) : command(name, args);
  try {
    const version = await tool('emcc', '--version');
    const major = Number(/ (\d+)\.\d+\.\d+ /.exec(version.output)?.[1] ?? 0);
    if (major < OLDEST) return tally.fail(`emcc is older than ${OLDEST}`, version.output);
    // The tree sees nothing of this checkout: the project goes in as a copy.
    mkdirSync(join(outside, 'cawait'));
    for (const path of ['CMakeLists.txt', 'package.json', 'src', 'wasm', 'tests/cmake', 'dist'])
      cpSync(join(ROOT, path), join(outside, 'cawait', path), { recursive: true });
    const [project, build] = [`${inside}/cawait`, `${inside}/build`];
    const options = ['-G', 'Ninja', '-DHOST=js', `-DCAWAIT_FROM=${project}`, '-DCMAKE_BUILD_TYPE=Release'];
    const configured = await tool('emcmake', 'cmake', '-S', `${project}/tests/cmake/consumer`, '-B', build, ...options);
    if (configured.status !== 0) return tally.fail('emcmake', configured.output);
    const built = await tool('ninja', '-C', build, 'consumer');
    if (built.status !== 0) return tally.fail('emcc', built.output);

    const module = join(outside, 'build/consumer.wasm');
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(module)));
    const strange = imports.filter((wanted) => !['caw', 'wasi_snapshot_preview1'].includes(wanted.module));
    tally.check('it imports only caw and WASI', strange.length === 0, JSON.stringify(strange));
    const ran = await command(process.execPath, [join(ROOT, 'tests/js-run.mjs'), module]);
    tally.check('it runs in our loader', ran.status === 0 && ran.output === 'consumer: 42\n', ran.output);

    // The package's command with this compiler, and without the embedded one.
    const cawait = [`CAWAIT_CACHE=${inside}/cache`, 'node', `${project}/wasm/tool/cawait.mjs`, '--cc=emcc'];
    const made = await tool(
      'env',
      ...cawait,
      `${project}/tests/cmake/consumer/consumer.c`,
      '-o',
      `${inside}/tool.wasm`,
    );
    if (made.status !== 0) return tally.fail('cawait --cc emcc', made.output);
    const run = await command(process.execPath, [join(ROOT, 'tests/js-run.mjs'), join(outside, 'tool.wasm')]);
    tally.check('cawait --cc emcc', run.status === 0 && run.output === 'consumer: 42\n', run.output);
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
}
