// The cmake leg: a user's project (tests/cmake/consumer) by every way in: find_package and pkg-config on an installed tree,
// add_subdirectory; natively, and with a WASI toolchain file for each host.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rsp } from '../../wasm/toolchain/rsp.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, which } from '../command.mjs';

const CONSUMER = join(ROOT, 'tests/cmake/consumer');
const WASI = `-DCMAKE_TOOLCHAIN_FILE=${join(ROOT, 'tests/cmake/debian-wasi.cmake')}`;
const NATIVE = '-DCMAKE_C_COMPILER=clang-19';
const PRINTS = 'consumer: 42\n';

export function needs() {
  const missing = ['clang-19', 'cmake', 'ninja', 'pkg-config', 'llvm-ar-19', 'wasm-ld-19'].filter(
    (tool) => !which(tool),
  );
  return missing.length > 0 ? `install ${missing.join(', ')} (wasi-libc, libclang-rt-19-dev-wasm32 too)` : null;
}

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const work = mkdtempSync(join(tmpdir(), 'cawait-cmake-'));
  const at = (/** @type {string[]} */ ...names) => join(work, ...names);

  /** A step that must succeed. @param {string} name @param {string} tool @param {string[]} args */
  async function step(name, tool, ...args) {
    const { status, output } = await command(tool, args, { cwd: work });
    if (status !== 0) tally.fail(name, output);
    return status === 0;
  }

  /** @param {string} name @param {string} source @param {string[]} options */
  async function cmake(name, source, ...options) {
    const configured = await step(
      `${name}: configure`,
      'cmake',
      '-S',
      source,
      '-B',
      at(name),
      '-G',
      'Ninja',
      ...options,
    );
    return configured && step(`${name}: build`, 'ninja', '-C', at(name), ...(source === CONSUMER ? ['consumer'] : []));
  }

  /** @param {string} name @param {string} tool @param {string[]} args */
  async function prints(name, tool, ...args) {
    const { status, output } = await command(tool, args, { cwd: work });
    tally.check(name, status === 0 && output === PRINTS, `exit status ${status}\n${output}`);
  }

  /** @param {string} name @param {string} kind @param {string} host */
  async function runs(name, kind, host) {
    const module = at(name, 'consumer');
    if (kind === 'native') return prints(name, module);
    if (host !== 'js') return prints(name, process.execPath, '--no-warnings', join(ROOT, 'tests/wasi-run.mjs'), module);
    return prints(name, process.execPath, join(ROOT, 'tests/js-run.mjs'), module);
  }

  try {
    for (const [kind, option, hosts] of /** @type {const} */ ([
      ['native', NATIVE, ['sim', 'native']],
      ['wasi', WASI, ['sim', 'wasip1', 'wasi', 'js']],
    ])) {
      const prefix = at(`${kind}-prefix`);
      const release = '-DCMAKE_BUILD_TYPE=Release';
      if (!(await cmake(kind, ROOT, option, release, `-DCMAKE_INSTALL_PREFIX=${prefix}`))) continue;
      const written = readFileSync(at(kind, 'cawait.rsp'), 'utf8');
      tally.check(`${kind}: the response file is the package's`, written === rsp(), written);
      if (!(await step(`${kind}: install`, 'cmake', '--install', at(kind)))) continue;
      for (const host of hosts) {
        const installed = `${kind}-${host}-find_package`;
        const found = [`-Dcawait_DIR=${join(prefix, 'lib/cmake/cawait')}`, `-DHOST=${host}`, release];
        if (await cmake(installed, CONSUMER, option, ...found)) await runs(installed, kind, host);
      }
      const host = hosts[0];
      // No build type on purpose: the flags that async functions cannot do without must come by themselves.
      const inside = `${kind}-${host}-add_subdirectory`;
      if (await cmake(inside, CONSUMER, option, `-DCAWAIT_FROM=${ROOT}`, `-DHOST=${host}`))
        await runs(inside, kind, host);
    }
    for (const host of ['sim', 'native']) {
      const line = `export PKG_CONFIG_PATH=${at('native-prefix/lib/pkgconfig')}
        clang-19 -O2 ${join(CONSUMER, 'consumer.c')} $(pkg-config --cflags --libs cawait-${host}) -o ${at(`by-hand-${host}`)}`;
      if (await step(`pkg-config: ${host}`, 'sh', '-ec', line))
        await prints(`pkg-config: ${host}`, at(`by-hand-${host}`));
    }
    // A program may be compiled checked without a library that is: what it checks itself, it does.
    const checked = `export PKG_CONFIG_PATH=${at('native-prefix/lib/pkgconfig')}
      clang-19 -O1 -g -DCAW_CHECKED ${join(ROOT, 'tests/c/queue.c')} $(pkg-config --cflags --libs cawait-sim) -lm -o ${at('checked')}
      ${at('checked')}`;
    await step('a checked program, a release library', 'sh', '-ec', checked);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
