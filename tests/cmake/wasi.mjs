// The tests built by CMake with clang-19 and a wasi-libc newer than Debian 12's, which newer-wasi.cmake says to CMake.
// It must not know which tests a leg builds, nor how it runs them.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, which } from '../command.mjs';
import { CACHE } from '../engines.mjs';

/** @typedef {'wasm32-wasip1' | 'wasm32-wasip2'} Target */

/** Where wasi-libc is: the system's own, or in the tree that .ci/run makes. @param {Target} target */
export const libc = (target) =>
  ['/usr', join(CACHE, 'sid/usr')].find((folder) => existsSync(join(folder, 'include', target)));

/** What there is to install; or null. @param {Target} target */
export function needsWasi(target) {
  const missing = ['clang-19', 'cmake', 'ninja', 'llvm-ar-19', 'wasm-ld-19'].filter((tool) => !which(tool));
  if (missing.length > 0) return `install ${missing.join(', ')} (and libclang-rt-19-dev-wasm32)`;
  if (libc(target)) return null;
  return 'install a wasi-libc of 2026 or newer, or run .ci/run, which puts it into a tree of its own (as root)';
}

/**
 * Configures the release build with its tests.
 * @param {Target} target @param {string} folder  where it is built @param {string[]} options
 */
export const configureWasi = (target, folder, ...options) =>
  command('cmake', [
    ...['-S', ROOT, '-B', folder, '-G', 'Ninja', '-DCMAKE_BUILD_TYPE=Release', '-DCAWAIT_TESTS=ON', ...options],
    `-DCMAKE_TOOLCHAIN_FILE=${join(ROOT, 'tests/cmake/newer-wasi.cmake')}`,
    ...[`-DWASI_TARGET=${target}`, `-DWASI_LIBC=${libc(target)}`],
  ]);
