// Owns: `import { f } from './app.c'` in Vite: its development server, where an edit of a source or header makes a new instance, and its
// builds.
// Must not know: how a C file becomes a module (plugin.ts).

import type { IncomingMessage, ServerResponse } from 'node:http';
import { sep } from 'node:path';
import { checkedOptions, sourceOf, type Compiled, type PluginOptions } from './plugin.ts';
import { compileFor, emitted, type Context } from './rollup.ts';

export type { PluginOptions };

interface Server {
  middlewares: { use(handler: (request: IncomingMessage, response: ServerResponse, next: () => void) => void): void };
  watcher: { add(paths: string[]): void; on(event: 'add' | 'unlink', told: (file: string) => void): void };
  moduleGraph: {
    getModuleById(id: string): object | undefined;
    getModulesByFile(file: string): Set<object> | undefined;
    invalidateModule(module: object): void;
  };
  ws: { send(message: { type: 'full-reload' }): void };
}

/** A C file that is imported. */
interface Imported {
  /** What it depends on, as far as is known, as the server names a file that has changed. */
  files: Set<string>;
  refused: boolean;
  /** How often one of these has changed. */
  changes: number;
}

/** As Vite's, without its types, which need not be installed. */
export interface Plugin {
  name: string;
  enforce: 'pre';
  config(user: any): object;
  configResolved(config: any): void;
  configureServer(server: any): void;
  load(this: any, id: string, options?: { ssr?: boolean }): Promise<string | null>;
  handleHotUpdate(update: any): any;
}

/** C files as modules: `import { page_size } from './app.c'`. */
export default function cawait(options: PluginOptions = {}): Plugin {
  checkedOptions(options);
  const one = plugin(options);
  // What workers import goes through plugins of their own, in a build. A C file is awaited, which modules alone can be.
  const workers = (format = 'es') => ({ worker: { format, plugins: () => [plugin(options)] } });
  return { ...one, config: (user) => ({ ...one.config(user), ...workers(user?.worker?.format) }) };
}

function plugin(options: PluginOptions): Plugin {
  let [base, root, dev, library] = ['/', process.cwd(), false, false];
  let server: Server | null = null;
  /** What the development server has compiled, by the hashes in addresses. */
  const modules = new Map<string, Uint8Array>();
  const imported = new Map<string, Imported>();
  const named = (path: string): string => path.replaceAll(sep, '/');

  /** As the plugin's context, which notes down what a file depends on: a header is no module of the server's. */
  const noting = (context: Context, files: Set<string>): Context => ({
    addWatchFile(path) {
      files.add(named(path));
      server?.watcher.add([path]);
    },
    emitFile: (file) => context.emitFile(file),
    warn: (log) => context.warn(log),
    error: (log) => context.error(log),
  });

  /** Compiled as it stands now: what changes meanwhile, and was perhaps read before, is compiled again. */
  async function compiledFor(context: Context, id: string): Promise<Compiled> {
    const paths = { ...options, cwd: options.cwd ?? root };
    if (!server) return compileFor(context, id, paths, dev);
    const entry = imported.get(id) ?? { files: new Set([named(sourceOf(id)!)]), refused: true, changes: 0 };
    imported.set(id, entry);
    for (;;) {
      const { changes } = entry;
      const files = new Set<string>();
      const end = await compileFor(noting(context, files), id, paths, dev).catch((error: unknown) => ({ error }));
      for (const file of files) entry.files.add(file);
      if (entry.changes !== changes) continue;
      entry.refused = 'error' in end;
      if ('error' in end) throw end.error;
      entry.files = files;
      return end;
    }
  }

  /** The C files that depend on another, which has changed. */
  function concerned(file: string): string[] {
    const found = [...imported].filter(([, { files }]) => files.has(file));
    for (const [, entry] of found) entry.changes++;
    return found.map(([id]) => id);
  }

  /** Whoever imports these begins again. */
  function restart(ids: string[], { moduleGraph, ws }: Server): void {
    for (const module of ids.map((id) => moduleGraph.getModuleById(id)))
      if (module) moduleGraph.invalidateModule(module);
    ws.send({ type: 'full-reload' });
  }

  return {
    name: 'cawait',
    enforce: 'pre',
    // Found late, in the first C file, it would make the page reload.
    config: () => ({ optimizeDeps: { exclude: ['cawait'] } }),
    configResolved(config) {
      ({ base, root } = config);
      dev = config.command === 'serve' && !config.isProduction;
      // Nobody knows where one will be: it has its assets in it, as all of Vite's, unless they are to stay beside it.
      library = !!config.build?.lib && base !== '' && base !== './';
    },
    configureServer(of: Server) {
      server = of;
      // A file that comes or goes; one that is a module of the server's is its own matter.
      const told = (path: string) => {
        const ids = concerned(named(path));
        if (ids.length > 0 && !of.moduleGraph.getModulesByFile(named(path))?.size) restart(ids, of);
      };
      of.watcher.on('add', told);
      of.watcher.on('unlink', told);
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
      if (sourceOf(id) === null) return null;
      const compiled = await compiledFor(this, id);
      if (ssr || library) return compiled.code(compiled.embedded());
      if (!server) return emitted(this, compiled);
      modules.set(compiled.hash, compiled.module);
      return compiled.code(`new URL('${base}@cawait/${compiled.hash}.wasm', import.meta.url)`, { hot: 'vite' });
    },
    handleHotUpdate({ file, modules: changed, server: of }) {
      const ids = concerned(file);
      if (ids.length === 0) return;
      // A module that was refused is nobody's yet.
      if (ids.some((id) => imported.get(id)?.refused)) return (restart(ids, of), []);
      const found = ids.map((id) => of.moduleGraph.getModuleById(id)).filter(Boolean);
      return [...new Set([...changed, ...found])];
    },
  };
}
