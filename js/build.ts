// Where the installed package keeps what a C build needs: headers, libraries, the response file, the CMake package.
// It must not know of the loader: this entry is for build scripts, it runs in Node only.
//
//     clang --target=wasm32-wasip1 -O2 $(node -p "require('cawait/build').flags.join(' ')") app.c ...

import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** For -I. */
export const include_dir: string = at('../include');

/** For -L: libcawait.a, and one of libcawait-js.a, libcawait-wasi.a, libcawait-sim.a before it. */
export const lib_dir: string = at('../lib/wasm32-wasip1');

/** For `clang @file`: async functions do not compile without it. */
export const rsp: string = at('../cawait.rsp');

/** For find_package(cawait CONFIG PATHS ...). */
export const cmake_dir: string = at('../cmake');

/** The compiler's flags, complete. */
export const flags: readonly string[] = [`@${rsp}`, `-I${include_dir}`];
