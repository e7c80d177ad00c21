// Runs programs that Emscripten has made in a browser, each in a page of its own, as its kind is run, and asks what a script here
// asks (checks.js, unless the options name another).
// It must not know how they are built.

import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { launch } from '../browser/launch.mjs';

/** @type {Record<string, string>} */
const TYPES = { '.js': 'text/javascript; charset=utf-8', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
const SECONDS = 60;

/** In the page. @param {string} name @param {string} kind @param {Record<string, unknown>} asks */
async function ask(name, kind, asks) {
  const { caw_checks } = /** @type {any} */ (globalThis);
  let aborted = 0;
  const given = { onAbort: () => aborted++ };
  const started = new Promise((resolve) => {
    Object.assign(globalThis, { caw_started: (/** @type {object} */ Module) => resolve({ Module }) });
  });
  const script = () =>
    new Promise((onload, onerror) => {
      document.head.append(Object.assign(document.createElement('script'), { src: name, onload, onerror }));
    });
  let said = '';
  if (asks['apart']) {
    addEventListener('error', ({ message }) => (said ||= message));
    await script();
    return /Cross-Origin-Opener-Policy.*Cross-Origin-Embedder-Policy/.test(said) ? '' : `it says ${said}`;
  }
  if (kind === 'module') await (await import(`./${name}`)).default(given);
  else if (kind === 'factory') {
    await script();
    await /** @type {any} */ (globalThis).Module(given);
  } else {
    Object.assign(globalThis, { Module: given });
    await script();
  }
  const wrong = await caw_checks((await started).Module, asks);
  if (asks['onAbort'] && aborted !== 1) wrong.push(`onAbort was called ${aborted} times`);
  return wrong.join('; ');
}

/** @param {string} name */
const script = (name) => readFileSync(join(import.meta.dirname, `${name}.js`), 'utf8');

/**
 * What is wrong with each; '': nothing.
 * @param {string} folder @param {{ name: string, kind: string, asks: Record<string, unknown> }[]} programs
 * @returns {Promise<string[]>}
 */
export async function inPages(folder, programs) {
  const server = createServer(({ url = '/' }, response) => {
    response.setHeader('content-type', TYPES[extname(url)] ?? 'text/html');
    if (!url.endsWith('&apart')) {
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
    }
    const [, checks] = /^\/\?([\w/]+)(?:&apart)?$/.exec(url) ?? [];
    if (checks) response.end(`<!doctype html><script>${script(checks)}</script>`);
    else if (existsSync(join(folder, url))) response.end(readFileSync(join(folder, url)));
    else response.writeHead(404).end(); // the page's icon
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const browser = await launch('chromium');
  try {
    /** @type {string[]} */
    const answers = [];
    for (const { name, kind, asks } of programs) {
      const page = await browser.newPage();
      page.setDefaultTimeout(SECONDS * 1000);
      await page.goto(`http://127.0.0.1:${port}/?${asks['checks'] ?? 'checks'}${asks['apart'] ? '&apart' : ''}`);
      const answer = page.evaluate(ask, name, kind, asks).catch((error) => String(error));
      const late = new Promise((end) => setTimeout(end, SECONDS * 1000, 'no answer').unref());
      answers.push(String(await Promise.race([answer, late])));
      await page.close();
    }
    return answers;
  } finally {
    await browser.close();
    server.close();
  }
}
