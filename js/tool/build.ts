// For build scripts, in Node only: `build`, on which the command and the plugins stand, and where the installed package keeps what
// another build needs: headers, libraries, the response file, the CMake package.
// It must not know of the loader, nor how a program is built (wasm/tool/build.mjs).
//
//     const { module, types, dependencies } = await build({ sources: ['app.c'], flags: ['-Iinclude'] });
//     clang --target=wasm32-wasip1 -O2 $(node -p "require('cawait/build').flags.join(' ')") app.c ...

import { fileURLToPath } from 'node:url';
// @ts-expect-error no types are made of it
import { folderOf } from '../../wasm/toolchain/archives.mjs';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** For -I. */
export const include_dir: string = at('../../include');

/** For -L: libcawait.a, and one of libcawait-js.a, libcawait-wasip1.a, libcawait-sim.a before it. In the user's cache folder. */
export const lib_dir: string = folderOf([], false);

/** For `clang @file`: async functions do not compile without it. */
export const rsp: string = at('../../cawait.rsp');

/** For find_package(cawait CONFIG PATHS ...). */
export const cmake_dir: string = at('../../cmake');

/** The compiler's flags, complete. */
export const flags: readonly string[] = [`@${rsp}`, `-I${include_dir}`];

/** A program, and how it is built. */
export interface BuildOptions {
  /** C (.c) and C++ (.cc, .cpp, .cxx) files, objects (.o), static libraries (.a). */
  sources: readonly string[];
  /**
   * js, if nothing is said: a module for load(); wasip1 (or wasi): a command; wasip2 (which wants `cc`) and wasip3: a component; sim: a
   * command in virtual time, for tests.
   */
  host?: 'js' | 'wasip1' | 'wasi' | 'wasip2' | 'wasip3' | 'sim' | undefined;
  /** Of a component: its own world, a file or a folder of WIT, and which, if there are several. Without it, it is a command. */
  wit?: string | undefined;
  world?: string | undefined;
  /** Clang's options, as on its command line: ['-Iinclude', '-DN=1', '-lsetjmp', '-Wl,--export=f']. -O2 -Wall come first. */
  flags?: readonly string[] | undefined;
  /** Where the module is written; without it, it is only returned. */
  out?: string | undefined;
  /** What the module is called where it is not written. */
  name?: string | undefined;
  /** What relative paths are relative to: the process's folder, if nothing is said. */
  cwd?: string | undefined;
  /** Reports misuse with file and line: -O1 -g -DCAW_CHECKED. */
  checked?: boolean | undefined;
  /** The smallest module: no names, and through Binaryen where it is installed. */
  strip?: boolean | undefined;
  /** Another compiler than the embedded one: 'clang-19', the path of a wasi-sdk's clang. */
  cc?: string | undefined;
  /** Told what is done now, for a person. */
  progress?: ((what: string) => void) | undefined;
}

/** One thing that the compiler or the linker says. */
export interface Diagnostic {
  /** Absolute; '' if it is about no file. */
  file: string;
  /** From 1; 0 if it is about no line. */
  line: number;
  column: number;
  severity: 'error' | 'warning' | 'note';
  message: string;
  /** All of it, with the lines of the source. */
  text: string;
}

export interface BuildResult {
  module: Uint8Array<ArrayBuffer>;
  /** The text of a .d.ts, with the comments above each CAW_EXPORT; '' for a host that has no exported functions. */
  types: string;
  /** The same for a C file that a plugin imports by itself: the functions are the module's exports. */
  moduleTypes: string;
  /** Warnings; they come again when the result is from the cache. */
  diagnostics: Diagnostic[];
  /** The same as the compiler writes them, in colours. */
  text: string;
  /** What the module was made of, without the package's own: absolute paths, to be watched. */
  dependencies: string[];
}

/** Why a program was not built: `error.name === 'BuildError'`. (A mistake in the options is a UsageError.) */
export interface BuildError extends Error {
  name: 'BuildError';
  diagnostics: Diagnostic[];
  text: string;
  /** What it may depend on, as far as is known. */
  dependencies: string[];
}

/** Builds a program. What the compiler refuses, and a file that is not there, is a BuildError. */
export async function build(options: BuildOptions): Promise<BuildResult> {
  const tool = (await import(new URL('../../wasm/tool/build.mjs', import.meta.url).href)) as {
    build: (options: BuildOptions) => Promise<BuildResult>;
  };
  return tool.build(options);
}
