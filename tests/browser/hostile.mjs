// Random values that misbehave, over the border (tests/hostile), in a real browser.
//
//   node tests/browser/hostile.mjs chromium firefox

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { build } from 'vite';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { launch } from './launch.mjs';

/** Not by chance, so that what is green once stays so. */
const SEED = 1;
const CASES = 2000;

/** The page's script, of one file. */
async function script() {
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      rolldownOptions: { input: join(ROOT, 'tests/hostile/page.mjs'), output: { codeSplitting: false } },
    },
  });
  const { output } = /** @type {import('vite').Rolldown.RolldownOutput} */ (built);
  return output[0].code;
}

async function serve() {
  /** @type {Record<string, [string, string | Uint8Array]>} */
  const files = {
    '/': [
      'text/html',
      '<!doctype html><link rel="icon" href="data:,"><body><script type="module" src="/page.js"></script>',
    ],
    '/page.js': ['text/javascript', await script()],
    '/border.wasm': [
      'application/wasm',
      await program({ host: 'js', sources: [join(ROOT, 'tests/hostile/border.c')] }),
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

/** @param {{ browserName: import('./launch.mjs').BrowserName }} options */
export async function run({ browserName }) {
  const server = await serve();
  const browser = await launch(browserName);
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.waitForFunction(() => 'hostile' in window);
    const said = await page.evaluate((seed, cases) => /** @type {any} */ (window).hostile(seed, cases), SEED, CASES);
    assert.equal(said, `${CASES} cases`);
  } finally {
    await browser.close();
    server.close();
  }
}

if (import.meta.filename === process.argv[1])
  for (const browserName of /** @type {import('./launch.mjs').BrowserName[]} */ (process.argv.slice(2))) {
    await run({ browserName });
    console.log(`ok ${browserName}`);
  }
