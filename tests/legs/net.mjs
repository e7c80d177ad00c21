// The net leg: the native host under ASan, UBSan and LSan: programs over real sockets (tests/net), Ctrl-C and threads (tests/native), what
// every host that blocks promises (tests/wasi), the gallery, the examples (web/network); random conversations with servers in C and CPython (tests/differential).

import { basename, join } from 'node:path';
import { readdirSync } from 'node:fs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, each, which } from '../command.mjs';
import { differential } from '../differential/compare.mjs';
import { started } from '../differential/servers.mjs';
import { gallery, judge } from '../programs.mjs';
import { examples } from '../net/examples.mjs';
import { hostTests } from '../wasi/host.mjs';

const BUILD = join(ROOT, 'build/net');

/** The programs of a folder of tests. @param {string} folder */
export const programsIn = (folder) =>
  readdirSync(join(ROOT, 'tests', folder))
    .filter((name) => name.endsWith('.c'))
    .map((name) => basename(name, '.c'));

export function needs() {
  const missing = ['clang-19', 'cmake', 'ninja'].filter((tool) => !which(tool));
  return missing.length > 0 ? `install ${missing.join(', ')} (and libclang-rt-19-dev for the sanitizers)` : null;
}

/** @param {import('../tally.mjs').Tally} tally @param {boolean} all */
export async function run(tally, all) {
  const options = ['-DCMAKE_C_COMPILER=clang-19', '-DCAWAIT_SANITIZE=ON', '-DCAWAIT_CHECKED=ON', '-DCAWAIT_TESTS=ON'];
  const configured = await command('cmake', ['-S', ROOT, '-B', BUILD, '-G', 'Ninja', ...options]);
  if (configured.status !== 0) return tally.fail('cmake', configured.output);
  // Every program is built that can be: one that does not compile fails alone.
  const built = await command('ninja', ['-C', BUILD, '-k', '0', 'net'], { seconds: 1800 });
  tally.check('ninja: the programs', built.status === 0, built.output);
  const at = (/** @type {string} */ name) => join(BUILD, 'tests', name);
  const names = ['net', 'native'].flatMap((folder) => programsIn(folder).map((name) => `${folder}-${name}`));
  await each(names, async (name) => tally.program(name, await command(at(name), [])));
  const jobs = await command(at('soak-jobs'), ['10000']);
  tally.check('ten thousand jobs, cancelled at random', jobs.status === 0, jobs.output);
  await each(gallery(), async (test) => judge(tally, test, await command(at(`net-gallery-${test.name}`), [])));
  await hostTests(tally, (program, ...args) => [program, ...args], { build: async (name) => at(`host-${name}`) });
  await examples(tally, (name) => [at(`example-${name}`)]);
  await differential(tally, () => started(at('differential-server'), []), all ? 2000 : 300);
}
