// The threads leg: under ThreadSanitizer, each of the core's tests in two threads at once, which share nothing but the
// library (tests/twice); and the tests of threads themselves (tests/threads, and tests/native with the native host's own),
// whose threads share the program, too.
// What all threads of the library share is written down here, and nothing else may be.

import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, each, which } from '../command.mjs';
import { coreTests, judge, threads } from '../programs.mjs';
import { programsIn } from './net.mjs';

const BUILD = join(ROOT, 'build/threads');

/** What is no thread's own and not constant, by name, and why it may be so. */
const SHARED = {
  caw__as_asyncio: 'set before there is a second thread, by the programs that are compared with CPython alone',
  threads: 'atomic: how many have a number',
  caw__generator_desc_here: 'atomic: of the offset in it all write the same',
};

/** What an archive's symbol table says is written and shared. @param {string} table */
export function shared(table) {
  const objects = [...table.matchAll(/ O (\S+)\s+[0-9a-f]+ (?:\.hidden )?(\S+)$/gm)];
  const written = objects.filter(([, section = '']) => /^\.(data|bss)(\.|$)|^\*COM\*$/.test(section));
  return written.filter(([, section = '']) => !section.startsWith('.data.rel.ro')).map(([, , name = '']) => name);
}

export function needs() {
  const missing = ['clang-19', 'cmake', 'ninja', 'llvm-objdump-19'].filter((tool) => !which(tool));
  return missing.length > 0 ? `install ${missing.join(', ')} (and libclang-rt-19-dev for the sanitizer)` : null;
}

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const options = ['-DCMAKE_C_COMPILER=clang-19', '-DCAWAIT_TSAN=ON', '-DCAWAIT_CHECKED=ON', '-DCAWAIT_TESTS=ON'];
  const configured = await command('cmake', ['-S', ROOT, '-B', BUILD, '-G', 'Ninja', ...options]);
  if (configured.status !== 0) return tally.fail('cmake', configured.output);
  // Every program is built that can be: one that does not compile fails alone.
  const native = programsIn('native').filter((name) => name !== 'interrupt'); // that is of one thread
  const targets = ['all', ...native.map((name) => `native-${name}`)];
  const built = await command('ninja', ['-C', BUILD, '-k', '0', ...targets], { seconds: 1800 });
  tally.check('ninja: the programs', built.status === 0, built.output);
  const archives = ['libcawait.a', 'libcawait-sim.a'].map((file) => join(BUILD, file));
  const found = shared((await command('llvm-objdump-19', ['-t', ...archives])).output);
  const unknown = found.filter((name) => !(name.replace(/^.*\.|\.\d+$/g, '') in SHARED));
  tally.check(
    'what threads share',
    found.length > 0 && unknown.length === 0,
    `written, and no thread's own: ${unknown}`,
  );
  const tests = join(BUILD, 'tests');
  // Those that count steps are built with a library of their own each: nothing would be shared. HTTP's stands in for a host.
  const both = coreTests().filter(({ name }) => !/^(steps_.*|http)$/.test(name));
  await each(both, async (test) => {
    const copies = ['so', 'second.so'].map((ending) => join(tests, `${test.name}.${ending}`));
    judge(tally, test, await command(join(tests, 'twice'), copies));
  });
  await each(threads(), async (test) => judge(tally, test, await command(join(tests, test.name), [])));
  await each(native, async (name) => tally.program(`native-${name}`, await command(join(tests, `native-${name}`), [])));
}
