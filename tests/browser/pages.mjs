// Test programs in real pages: built, served under the strict CSP, run one after another in a page each.
// It must not know what a page does with a module; who calls it hands that in.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { runAll } from '../programs.mjs';
import { launch } from './launch.mjs';

const CSP = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/** @type {Record<string, string>} */
const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm', '': 'application/wasm' }; // as CMake names programs

/** Serves the checkout's dist/ and build/, the lessons with their files, and an empty page at /. */
async function serve() {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    response.setHeader('content-security-policy', CSP);
    if (path === '/')
      return response.setHeader('content-type', 'text/html').end('<!doctype html><title>gallery</title>');
    try {
      if (!/^\/(dist|build|tests\/gallery)\//.test(path)) throw new Error('not ours to serve');
      const bytes = await readFile(join(ROOT, path));
      response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream').end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}/`, close: () => void server.close() };
}

/**
 * Builds `tests` for `host` and runs each by `inPage`, which the page is given with the module's address.
 * @param {{
 *   browserName: import('./launch.mjs').BrowserName, tally: import('../tally.mjs').Tally,
 *   tests: import('../programs.mjs').Test[], host: 'js' | 'sim', checked?: boolean, page?: boolean,
 *   make?: import('../release.mjs').Make, inPage: (path: string) => Promise<import('../command.mjs').Run>
 * }} options
 */
export async function runInPages({ browserName, tally, tests, host, checked = true, page = false, make, inPage }) {
  const server = await serve();
  const browser = await launch(browserName);
  try {
    const start = async (/** @type {string} */ module) => {
      // A page each: what one program leaves behind must not help the next.
      const page = await browser.newPage();
      try {
        await page.goto(server.url);
        return await page.evaluate(inPage, module.slice(ROOT.length).replaceAll('\\', '/'));
      } finally {
        await page.close();
      }
    };
    // One at a time: browsers slow the timers of a page behind another one.
    await runAll(tally, tests, host, start, { checked, page, make, width: 1 });
  } finally {
    await browser.close();
    server.close();
  }
}
