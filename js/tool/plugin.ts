// Owns: a C file as a module of JavaScript, for the plugins of bundlers: compiled, its exported functions as exports, its types beside it.
// Must not know: any bundler (vite.ts, esbuild.ts, webpack.ts, webpack-loader.ts), nor how C is compiled (build.ts).

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { build, type BuildError, type Diagnostic } from './build.ts';
// @ts-expect-error no types are made of it
import { checkGiven } from '../../wasm/tool/given.mjs';

export interface PluginOptions {
  /** Clang's options, and sources and libraries that belong to the program of every C file imported: ['-Iinclude', 'src/util.c']. */
  flags?: readonly string[] | undefined;
  /** What relative paths in `flags` are relative to: the bundler's root, if nothing is said (Rollup's: the process's folder). */
  cwd?: string | undefined;
  /** Reports misuse with file and line; if nothing is said, in development. */
  checked?: boolean | undefined;
  /** The smallest module; if nothing is said, in production. */
  strip?: boolean | undefined;
  /** Another compiler than the embedded one. */
  cc?: string | undefined;
  /** Whether app.c.d.ts is written beside app.c, so that TypeScript knows what it exports: true, if nothing is said. */
  types?: boolean | undefined;
}

/** A C file that was compiled. @internal */
export interface Compiled {
  /** app.wasm of app.c */
  name: string;
  module: Uint8Array<ArrayBuffer>;
  /** Of the module's bytes. */
  hash: string;
  dependencies: string[];
  warnings: Diagnostic[];
  /** For load() where there is no address, on a server: the bytes themselves. */
  embedded(): string;
  /** The text of the module, once it is known what load() is to be given: an expression, and lines that it needs before. */
  code(source: string, more?: { before?: string; hot?: 'vite' | 'webpack' }): string;
}

/** What is a program: C and C++. @internal */
export const FILES: RegExp = /\.(c|cc|cpp|cxx)$/;

/** A query by which a bundler, or a rule of the user's, is asked for something else of a file: its text, its address. @internal */
export const OTHERWISE: RegExp = /[?&](raw|url|inline|worker|sharedworker)\b/;

/** The C file of a module's id, which may have a query: each query has an instance of its own. null: it is none of ours. @internal */
export function sourceOf(id: string): string | null {
  const path = id.replace(/\?.*/, '');
  return FILES.test(path) && !id.startsWith('\0') && !OTHERWISE.test(id) ? path : null;
}

/** Misspelt or wrong options are told when the bundler starts. @internal */
export function checkedOptions(options: PluginOptions): PluginOptions {
  const [text, flag] = ['string', 'boolean'];
  checkGiven("cawait's plugin", options, {
    flags: 'strings',
    cwd: text,
    checked: flag,
    strip: flag,
    cc: text,
    types: flag,
  });
  return options;
}

/** In development a page that gets a new instance disposes of the one before. `import.meta.hot.data` outlives the module. */
const HOT = {
  vite: [
    'if (import.meta.hot) {',
    '  import.meta.hot.data.app?.[Symbol.dispose]();',
    '  import.meta.hot.data.app = app;',
    '}',
  ],
  webpack: ['import.meta.webpackHot?.dispose(() => app[Symbol.dispose]());'],
};

/** Compiles a file. What is refused is a BuildError. @internal */
export async function compile(path: string, options: PluginOptions, development: boolean): Promise<Compiled> {
  const { types = true, checked = development, strip = !development, ...rest } = options;
  const name = `${basename(path, extname(path))}.wasm`;
  const { module, moduleTypes, dependencies, diagnostics } = await build({
    ...rest,
    sources: [path],
    name,
    checked,
    strip,
  });
  const exports = WebAssembly.Module.exports(await WebAssembly.compile(module));
  if (!exports.some(({ name }) => name === 'caw_abi')) {
    const message = `nothing of ${basename(path)} can be called: CAW_EXPORT or CAW_EXPORT_SYNC a function, or have a CAW_MAIN`;
    throw Object.assign(new Error(message), { name: 'BuildError', diagnostics: [], text: message, dependencies });
  }
  const own = exports.filter(({ name }) => /^caw_describe\$(?!caw__)/.test(name)); // not the library's: CAW_HTTP_HANDLER's call
  const names = own.map(({ name }) => name.slice(13));
  if (types && moduleTypes) await put(`${path}.d.ts`, moduleTypes);
  return {
    name,
    module,
    hash: createHash('sha256').update(module).digest('hex').slice(0, 16),
    dependencies,
    warnings: diagnostics.filter(({ severity }) => severity === 'warning'),
    embedded: () => `Uint8Array.from(atob('${Buffer.from(module).toString('base64')}'), (c) => c.charCodeAt(0))`,
    code: (source, { before = '', hot } = {}) =>
      [
        "import { load } from 'cawait';",
        before,
        `const app = await load(${source});`,
        'export default app;',
        ...names.map((name, n) => `const export_${n} = app.exports[${JSON.stringify(name)}];`),
        ...names.map((name, n) => `export { export_${n} as ${name} };`),
        ...(hot ? HOT[hot] : []),
        '',
      ].join('\n'),
  };
}

/** Only what differs is written: others watch the file. */
async function put(path: string, text: string): Promise<void> {
  const before = await readFile(path, 'utf8').catch(() => null);
  if (before !== text) await writeFile(path, text).catch(() => {}); // a folder that cannot be written has no types beside
}

/** The error that a bundler shows: the first thing the compiler says, where it says it, and all of it below. @internal */
export function shown(error: unknown): (Error & { diagnostic?: Diagnostic; dependencies: string[] }) | null {
  const refused = error as BuildError;
  if (refused?.name !== 'BuildError' && (refused?.name as string) !== 'UsageError') return null;
  const { diagnostics = [], dependencies = [] } = refused;
  const first = diagnostics.find(({ severity }) => severity === 'error');
  return Object.assign(new Error(first?.message ?? refused.message), first ? { diagnostic: first } : {}, {
    dependencies,
  });
}

/** The lines of the source under a diagnostic's head. @internal */
export const frameOf = ({ text }: Diagnostic): string =>
  text
    .split('\n')
    .filter((line) => /^ *\d* \| /.test(line))
    .join('\n');
