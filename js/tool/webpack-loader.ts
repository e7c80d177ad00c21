// Owns: what webpack and Rspack do with one C file: the loader that webpack.ts names.
// Must not know: how a C file becomes a module (plugin.ts).

import { existsSync } from 'node:fs';
import { compile, shown, type PluginOptions } from './plugin.ts';

interface Loader {
  resourcePath: string;
  mode: string;
  target: string;
  async(): (error: Error | null, code?: string) => void;
  getOptions(): PluginOptions;
  addDependency(path: string): void;
  addMissingDependency(path: string): void;
  emitFile(name: string, content: Uint8Array): void;
  emitWarning(warning: Error): void;
}

export default function loader(this: Loader): void {
  const done = this.async();
  const path = this.resourcePath;
  compile(path, this.getOptions(), this.mode === 'development').then(
    ({ name, hash, module, code, dependencies, embedded, warnings }) => {
      for (const file of dependencies) this.addDependency(file);
      for (const { file, line, column, text } of warnings)
        this.emitWarning(new Error(`${file}:${line}:${column}\n${text}`));
      if (/^(async-)?node|electron-main/.test(this.target)) return done(null, code(embedded(), { hot: 'webpack' }));
      const address = name.replace(/wasm$/, `${hash}.wasm`);
      this.emitFile(address, Buffer.from(module));
      // (A new URL(...) with import.meta.url would be one that webpack looks for itself.)
      done(null, code(`__webpack_public_path__ + ${JSON.stringify(address)}`, { hot: 'webpack' }));
    },
    (error) => {
      const refused = shown(error);
      for (const file of refused?.dependencies ?? [])
        if (existsSync(file)) this.addDependency(file);
        else this.addMissingDependency(file);
      // All that the compiler says, but not where the loader was when it heard it.
      done(
        refused ? Object.assign(new Error(refused.diagnostic?.text ?? refused.message), { stack: undefined }) : error,
      );
    },
  );
}
