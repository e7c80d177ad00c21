// Owns: `import { f } from './app.c'` in esbuild. The output format must be ESM: the module is awaited.
// Must not know: how a C file becomes a module (plugin.ts).

import { FILES, OTHERWISE, checkedOptions, compile, shown, type PluginOptions } from './plugin.ts';
import type { Diagnostic } from './build.ts';

export type { PluginOptions };

/** As esbuild's, without its types, which need not be installed. */
export interface Plugin {
  name: string;
  setup(build: any): void;
}

const NAMESPACE = 'cawait-wasm';

function message({ message: text, file, line, column, text: all }: Diagnostic) {
  const lineText = /^ *\d+ \| (.*)$/m.exec(all)?.[1] ?? '';
  return { text, location: file ? { file, line, column: Math.max(0, column - 1), lineText } : null };
}

/** C files as modules: `import { page_size } from './app.c'`. */
export default function cawait(options: PluginOptions = {}): Plugin {
  checkedOptions(options);
  return {
    name: 'cawait',
    setup(build) {
      const { minify, absWorkingDir } = build.initialOptions;
      const modules = new Map<string, Uint8Array>();
      build.onResolve({ filter: /.*/, namespace: NAMESPACE }, ({ path }: { path: string }) => ({
        path,
        namespace: NAMESPACE,
      }));
      build.onResolve({ filter: /^cawait-wasm:/ }, ({ path }: { path: string }) => ({
        path: path.slice(NAMESPACE.length + 1),
        namespace: NAMESPACE,
      }));
      // Its contents are the module's; its path gives the name, to which esbuild adds a hash.
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }: { path: string }) => ({
        contents: modules.get(path),
        loader: 'file',
      }));
      build.onLoad({ filter: FILES }, async ({ path, suffix }: { path: string; suffix: string }) => {
        if (OTHERWISE.test(suffix)) return null;
        try {
          const paths = { ...options, cwd: options.cwd ?? absWorkingDir };
          const { module, name, code, warnings, dependencies } = await compile(path, paths, !minify);
          const key = `${path}/${name}`; // app.c and app.cpp are two
          modules.set(key, module);
          const before = `import url from ${JSON.stringify(`${NAMESPACE}:${key}`)};`;
          const contents = code('new URL(url, import.meta.url)', { before });
          return {
            contents,
            loader: 'js',
            resolveDir: path.replace(/[\\/][^\\/]*$/, ''),
            watchFiles: dependencies,
            warnings: warnings.map(message),
          };
        } catch (error) {
          const refused = shown(error);
          if (!refused) throw error;
          const errors = [refused.diagnostic ? message(refused.diagnostic) : { text: refused.message }];
          return { errors, watchFiles: refused.dependencies };
        }
      });
    },
  };
}
