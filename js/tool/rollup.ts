// Owns: `import { f } from './app.c'` in Rollup, and in what takes its plugins (Rolldown). vite.ts adds the development server.
// Must not know: how a C file becomes a module (plugin.ts).

import { checkedOptions, compile, frameOf, shown, sourceOf, type Compiled, type PluginOptions } from './plugin.ts';

export type { PluginOptions };

/** What this needs of the context that Rollup gives its plugins. @internal */
export interface Context {
  addWatchFile(path: string): void;
  emitFile(file: { type: 'asset'; name: string; source: Uint8Array }): string;
  warn(log: Log): void;
  error(log: Log): never;
}

/** @internal */
interface Log {
  message: string;
  id?: string;
  frame?: string;
  loc?: { file: string; line: number; column: number };
}

/** As Rollup's, without its types, which need not be installed. */
export interface Plugin {
  name: string;
  resolveId(this: any, id: string, importer: string | undefined, options: object): Promise<object | null>;
  load(this: any, id: string): Promise<string | null>;
}

/** Compiles a file for one of these bundlers; its warnings and errors are told to the bundler with their places. @internal */
export async function compileFor(
  context: Context,
  id: string,
  options: PluginOptions,
  dev: boolean,
): Promise<Compiled> {
  try {
    const compiled = await compile(sourceOf(id) ?? id, options, dev);
    for (const path of compiled.dependencies) context.addWatchFile(path);
    for (const warning of compiled.warnings) {
      const { file, line, column, message } = warning;
      context.warn({ message, loc: { file, line, column }, frame: frameOf(warning) });
    }
    return compiled;
  } catch (error) {
    const refused = shown(error);
    if (!refused) throw error;
    for (const path of refused.dependencies) context.addWatchFile(path);
    const { message, diagnostic } = refused;
    if (!diagnostic) return context.error({ message, id });
    const { file, line, column } = diagnostic;
    return context.error({
      message,
      id: file || id,
      loc: { file: file || id, line, column },
      frame: frameOf(diagnostic),
    });
  }
}

/** The module is an asset, with a hash in its name. @internal */
export function emitted(context: Context, { name, module, code }: Compiled): string {
  const reference = context.emitFile({ type: 'asset', name, source: module });
  return code(`new URL(import.meta.ROLLUP_FILE_URL_${reference}, import.meta.url)`); // of Vite's it has no origin
}

/** C files as modules: `import { page_size } from './app.c'`. */
export default function cawait(options: PluginOptions = {}): Plugin {
  checkedOptions(options);
  return {
    name: 'cawait',
    // It has no files with a query.
    async resolveId(id, importer, more) {
      const path = sourceOf(id);
      if (path === null || path === id) return null;
      const found = await this.resolve(path, importer, { ...more, skipSelf: true });
      return found && { ...found, id: found.id + id.slice(path.length) };
    },
    async load(this: Context, id) {
      return sourceOf(id) === null ? null : emitted(this, await compileFor(this, id, options, false));
    },
  };
}
