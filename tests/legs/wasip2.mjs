// The wasip2 leg: components of WASI 0.2, made by CMake of a wasi-libc that has wasm32-wasip2, under wasmtime in two versions: programs over
// real sockets (tests/net), what every host that blocks promises (tests/wasi), the gallery, the examples (web/network), conversations (tests/differential).

import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, each, which } from '../command.mjs';
import { CACHE, REMEDY } from '../engines.mjs';
import { configureWasi, libc, needsWasi } from '../cmake/wasi.mjs';
import { differential } from '../differential/compare.mjs';
import { started } from '../differential/servers.mjs';
import { gallery, judge } from '../programs.mjs';
import { examples } from '../net/examples.mjs';
import { hostTests } from '../wasi/host.mjs';
import { programsIn } from './net.mjs';

const BUILD = join(ROOT, 'build/wasip2');
const FLAGS = ['-S', 'inherit-network,allow-ip-name-lookup'];

/** wit-component, in what jco stands on; null: it is not there. */
function componentTools() {
  try {
    const from = createRequire(join(CACHE, 'engines/node_modules/any.cjs'));
    return from.resolve('@bytecodealliance/jco-transpile/wasm-tools');
  } catch {
    return null;
  }
}

export function needs() {
  const missing = needsWasi('wasm32-wasip2') ?? (which('wasmtime') ? null : 'install wasmtime');
  if (missing) return missing;
  return componentTools() ? null : REMEDY;
}

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const configured = await configureWasi('wasm32-wasip2', BUILD, '-DCAWAIT_CHECKED=ON');
  if (configured.status !== 0) return tally.fail('cmake', configured.output);
  // Every program is built that can be: one that does not compile fails alone.
  const built = await command('ninja', ['-C', BUILD, '-k', '0', 'net'], { seconds: 1800 });
  tally.check('ninja: the programs', built.status === 0, built.output);

  const { componentNew } = await import(pathToFileURL(componentTools() ?? '').href);
  /** A program's component. @param {string} name */
  const component = async (name) => {
    const path = join(BUILD, 'components', `${name}.wasm`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await componentNew(readFileSync(join(BUILD, 'tests', name)), []));
    return path;
  };

  for (const wasmtime of ['wasmtime', 'wasmtime49']) {
    if (!which(wasmtime)) {
      tally.skip(`the same in ${wasmtime}`, `put the one of PyPI, as ${wasmtime}, on the PATH`);
      continue;
    }
    /** @param {string} name @param {string[]} flags */
    const runs = async (name, flags = FLAGS) => command(wasmtime, ['run', ...flags, await component(name)]);
    await each(programsIn('net'), async (name) => tally.program(name, await runs(`net-${name}`)));
    await each(gallery('wasip2'), async (test) => {
      judge(tally, test, await runs(`net-gallery-${test.name}`, ['--dir', '.', ...FLAGS]));
    });
    await hostTests(tally, (module, ...args) => [wasmtime, 'run', '--dir', '.', ...FLAGS, module, ...args], {
      build: (name) => component(`host-${name}`),
      code: (code) => (code ? 1 : 0), // WASI 0.2 has no other
    });
    await examples(tally, async (name) => [wasmtime, 'run', ...FLAGS, await component(`example-${name}`)]);
    const server = await component('differential-server');
    await differential(tally, () => started(wasmtime, ['run', ...FLAGS, server]), 200);
    const { output } = await runs('net-seam', []);
    tally.check('without the network it is said what is missing', /-S inherit-network/.test(output), output);
    const chat = await command(wasmtime, ['run', await component('example-chat')]);
    tally.check('by the error of a server, too', /OSError: .*-S inherit-network/.test(chat.output), chat.output);
  }
  await tool(tally);
}

/** The package's command, with a compiler that knows this C library, as a wasi-sdk's does its own. @param {import('../tally.mjs').Tally} tally */
async function tool(tally) {
  const cc = join(BUILD, 'clang-wasip2');
  const usr = libc('wasm32-wasip2');
  writeFileSync(
    cc,
    `#!/bin/sh\nexec clang-19 "$@" --sysroot=${usr} -nostdlibinc -isystem ${usr}/include/wasm32-wasip2\n`,
  );
  chmodSync(cc, 0o755);
  const env = { CAWAIT_JCO: join(CACHE, 'engines') };
  const source = join(ROOT, 'tests/cmake/consumer/consumer.c');
  const cawait = (/** @type {string[]} */ ...args) =>
    command(process.execPath, [join(ROOT, 'wasm/tool/cawait.mjs'), ...args], { cwd: BUILD, env });
  const ran = await cawait('run', '--host=wasip2', `--cc=${cc}`, source);
  tally.check('cawait run --host wasip2', ran.status === 0 && ran.output === 'consumer: 42\n', ran.output);
  const built = await cawait('build', '--host=wasip2', '--strip', `--cc=${cc}`, source, '-o', 'consumer.wasm');
  const { output } = await command('wasmtime', ['run', join(BUILD, 'consumer.wasm')]);
  tally.check(
    'cawait build --host wasip2 --strip',
    built.status === 0 && output === 'consumer: 42\n',
    built.output + output,
  );
}
