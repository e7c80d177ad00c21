// Owns: `import { f } from './app.c'` in webpack, and in Rspack, which takes the same (rspack.ts).
// Must not know: how a C file becomes a module (webpack-loader.ts).

import { fileURLToPath } from 'node:url';
import { FILES, OTHERWISE, checkedOptions, type PluginOptions } from './plugin.ts';

export type { PluginOptions };

/** As webpack's, without its types, which need not be installed. */
export interface Plugin {
  apply(compiler: any): void;
}

const LOADER = fileURLToPath(new URL('./webpack-loader.js', import.meta.url));

/** C files as modules: `plugins: [new CawaitPlugin()]`, then `import { page_size } from './app.c'`. */
export default class CawaitPlugin implements Plugin {
  readonly options: PluginOptions;

  constructor(options: PluginOptions = {}) {
    this.options = checkedOptions(options);
  }

  apply(compiler: any): void {
    const { context } = compiler;
    const options = { ...this.options, cwd: this.options.cwd ?? context };
    const files = { test: FILES, resourceQuery: { not: [OTHERWISE] }, type: 'javascript/esm' };
    compiler.options.module.rules.push({ ...files, use: [{ loader: LOADER, options }] });
  }
}
