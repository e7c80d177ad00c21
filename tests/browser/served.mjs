// A site of one page: a script, with all it imports in one file, and a module beside it.
// It must not know what the page does.

import { createServer } from 'node:http';
import { join } from 'node:path';
import { build } from 'vite';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';

/** @param {string} entry  from the root */
async function script(entry) {
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      rolldownOptions: { input: join(ROOT, entry), output: { codeSplitting: false } },
    },
  });
  const { output } = /** @type {import('vite').Rolldown.RolldownOutput} */ (built);
  return output[0].code;
}

/**
 * The page is at /; a program at /NAME.wasm.
 * @param {string} entry  from the root @param {string} name @param {string | Uint8Array} source  from the root, or a module
 */
export async function served(entry, name, source) {
  /** @type {Record<string, [string, string | Uint8Array]>} */
  const files = {
    '/': [
      'text/html',
      '<!doctype html><link rel="icon" href="data:,"><body><script type="module" src="/page.js"></script>',
    ],
    '/page.js': ['text/javascript', await script(entry)],
    [`/${name}.wasm`]: [
      'application/wasm',
      typeof source === 'string' ? await program({ host: 'js', sources: [join(ROOT, source)] }) : source,
    ],
  };
  const server = createServer((request, response) => {
    const [type, content] = files[request.url ?? ''] ?? [];
    if (!type) return void response.writeHead(404).end();
    response.setHeader('content-type', type).end(content);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}/`, close: () => (server.close(), server.closeAllConnections()) };
}
