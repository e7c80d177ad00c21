// The gallery on the JavaScript host in a real browser: built modules and the loader, served under the strict CSP.
// It must not know what the programs do: their whole output is beside them.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { gallery, runAll } from '../programs.mjs';
import { launch } from './launch.mjs';

const CSP = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/** @type {Record<string, string>} */
const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** Serves the checkout's dist/ and build/ and an empty page at /. */
async function serve() {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    response.setHeader('content-security-policy', CSP);
    if (path === '/')
      return response.setHeader('content-type', 'text/html').end('<!doctype html><title>gallery</title>');
    try {
      if (!/^\/(dist|build)\//.test(path)) throw new Error('not ours to serve');
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

/** In the page: runs one module and gives what it printed. @param {string} path */
async function inPage(path) {
  /** @type {string[]} */
  const lines = [];
  const print = (/** @type {string} */ line) => void lines.push(`${line}\n`);
  const script = '/dist/js/index.js';
  try {
    const { load } = await import(script);
    const app = await load(new URL(path, location.href), { print, printErr: print });
    return { status: await app.done, output: lines.join('') };
  } catch (error) {
    return { status: null, output: lines.join('') + error };
  }
}

/**
 * @param {{ browserName: import('./launch.mjs').BrowserName, tally: import('../tally.mjs').Tally }} options
 */
export async function run({ browserName, tally }) {
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
    await runAll(tally, gallery(), 'js', start, { width: 1 });
  } finally {
    await browser.close();
    server.close();
  }
}
