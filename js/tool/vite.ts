// Owns: `import { f } from './app.c'` in Vite: its development server, where an edit of a source or header makes a new instance, and its builds.
// Must not know: how a C file becomes a module (plugin.ts).

import type { IncomingMessage, ServerResponse } from 'node:http';
import { sep } from 'node:path';
import { FILES, type PluginOptions } from './plugin.ts';
import { compileFor, emitted, type Context } from './rollup.ts';

export type { PluginOptions };

interface Server {
  middlewares: { use(handler: (request: IncomingMessage, response: ServerResponse, next: () => void) => void): void };
  watcher: { add(paths: string[]): void };
  moduleGraph: { getModuleById(id: string): object | undefined };
  ws: { send(message: { type: 'full-reload' }): void };
}

/** As Vite's, without its types, which need not be installed. */
export interface Plugin {
  name: string;
  enforce: 'pre';
  config(): { optimizeDeps: { exclude: string[] } };
  configResolved(config: any): void;
  configureServer(server: any): void;
  load(this: any, id: string, options?: { ssr?: boolean }): Promise<string | null>;
  handleHotUpdate(update: any): any;
}

/** C files as modules: `import { page_size } from './app.c'`. */
export default function cawait(options: PluginOptions = {}): Plugin {
  let [base, root, dev] = ['/', process.cwd(), false];
  let server: Server | null = null;
  /** What the development server has compiled, by the hashes in addresses. */
  const modules = new Map<string, Uint8Array>();
  /** Of each C file that is imported: what it depends on, and whether it was refused. */
  const imported = new Map<string, { files: Set<string>; refused: boolean }>();

  /** As the plugin's context, which notes down what a file depends on: a header is no module of the server's. */
  function noting(context: Context, id: string): Context {
    const files = new Set<string>();
    imported.set(id, { files, refused: true });
    return {
      addWatchFile(path) {
        files.add(path.replaceAll(sep, '/')); // as the server names a file that has changed
        server?.watcher.add([path]);
      },
      emitFile: (file) => context.emitFile(file),
      warn: (log) => context.warn(log),
      error: (log) => context.error(log),
    };
  }

  return {
    name: 'cawait',
    enforce: 'pre',
    // Found late, in the first C file, it would make the page reload.
    config: () => ({ optimizeDeps: { exclude: ['cawait'] } }),
    configResolved(config) {
      ({ base, root } = config);
      dev = config.command === 'serve' && !config.isProduction;
    },
    configureServer(of: Server) {
      server = of;
      of.middlewares.use((request, response, next) => {
        const [, hash = ''] = /\/@cawait\/([0-9a-f]+)\.wasm$/.exec(request.url ?? '') ?? [];
        const module = modules.get(hash);
        if (!module) return next();
        response.setHeader('Content-Type', 'application/wasm');
        response.setHeader('Cache-Control', 'max-age=31536000,immutable');
        response.end(module);
      });
    },
    async load(this: Context, id, { ssr = false } = {}) {
      if (!FILES.test(id)) return null;
      const paths = { ...options, cwd: options.cwd ?? root };
      const compiled = await compileFor(server ? noting(this, id) : this, id, paths, dev);
      const known = imported.get(id);
      if (known) known.refused = false;
      // On a server there is no address: the bytes themselves.
      if (ssr)
        return compiled.code(
          `Uint8Array.from(atob('${Buffer.from(compiled.module).toString('base64')}'), (c) => c.charCodeAt(0))`,
        );
      if (!server) return emitted(this, compiled);
      modules.set(compiled.hash, compiled.module);
      return compiled.code(`new URL('${base}@cawait/${compiled.hash}.wasm', import.meta.url)`, { hot: 'vite' });
    },
    handleHotUpdate({ file, modules: changed, server: of }) {
      const ids = [...imported].filter(([, { files }]) => files.has(file));
      if (ids.length === 0) return;
      // A module that was refused is nobody's yet: whoever imports it begins again.
      if (ids.some(([, { refused }]) => refused)) {
        for (const [id] of ids) {
          const module = (of as any).moduleGraph.getModuleById(id);
          if (module) of.moduleGraph.invalidateModule(module);
        }
        of.ws.send({ type: 'full-reload' });
        return [];
      }
      const found = ids.map(([id]) => of.moduleGraph.getModuleById(id)).filter(Boolean);
      return [...new Set([...changed, ...found])];
    },
  };
}
