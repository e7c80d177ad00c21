// Places where JavaScript runs, in real browsers: service worker, audio worklet, workers, a frame, under a strict policy with Trusted
// Types; and what happens to pages: they are hidden, frozen, kept for the way back.
// It must not know what works where (tests/places/check.js): only how a place is reached.
//
//   node tests/browser/places.mjs chromium firefox

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { build } from 'vite';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { Tally } from '../tally.mjs';
import { launch } from './launch.mjs';

/** @import { Browser, Page } from 'puppeteer-core' */
/** @import { BrowserName } from './launch.mjs' */

const PLACES = join(ROOT, 'tests/places');
const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

/** @type {Record<string, string>} */
const TYPES = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain',
};

/** A service worker as a classic script, of one file. */
async function classic() {
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'silent',
    build: { write: false, lib: { entry: join(PLACES, 'service-worker.js'), formats: ['iife'], name: 'worker' } },
  });
  const [{ output }] = /** @type {import('vite').Rolldown.RolldownOutput[]} */ (built);
  assert.equal(output.length, 1, 'one file');
  return output[0].code;
}

/**
 * Serves the package, the places and the module; a page at each address that ends with a slash.
 * @param {(path: string) => string | Uint8Array | null | undefined} [more]  what else there is, by its path from the root
 */
export async function serve(more = () => null) {
  const place = await program({ host: 'js', sources: [join(PLACES, 'place.c')] });
  /** @type {Record<string, string | Uint8Array>} */
  const made = { '/place.wasm': place, '/found.txt': 'found', '/classic.js': await classic() };
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (path === '/strict/') response.setHeader('content-security-policy', STRICT);
    if (path === '/forbidden/') response.setHeader('content-security-policy', "script-src 'self'");
    if (path.endsWith('/'))
      return response
        .setHeader('content-type', 'text/html')
        .end(
          '<!doctype html><link rel="icon" href="data:,"><title>place</title><script type="module" src="/tests/places/page.js"></script>',
        );
    try {
      const content =
        more(decodeURIComponent(path.slice(1))) ??
        made[path] ??
        (/^\/(dist|tests\/places)\//.test(path) && (await readFile(join(ROOT, path))));
      if (!content) throw new Error('not ours to serve');
      response.setHeader('service-worker-allowed', '/');
      response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream').end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}/`, close: () => (server.close(), server.closeAllConnections()) };
}

/** Functions of tests/places/page.js, by the place that they look at; where the page is. @type {[string, string][]} */
const CALLS = [
  ['page', '/'],
  ['page', '/strict/'],
  ['forbidden', '/forbidden/'],
  ['frame', '/'],
  ['worker', '/'],
  ['terminated', '/'],
  ['sharedWorker', '/'],
  ['moduleServiceWorker', '/'],
  ['dynamicServiceWorker', '/'],
  ['classicServiceWorker', '/'],
  ['audioWorklet', '/'],
];

/**
 * Opens a page, and waits for its script: not every driver does.
 * @param {Browser} browser @param {string} url @param {import('puppeteer-core').CreatePageOptions} [options]
 */
async function open(browser, url, options) {
  const page = await browser.newPage(options);
  await page.goto(url);
  await page.waitForFunction(() => 'places' in window);
  return page;
}

/** What a function of tests/places/page.js says. @param {Page} page @param {string} call */
const ask = (page, call) =>
  page.evaluate(async (call) => {
    const { places } = /** @type {any} */ (window);
    return /** @type {string[]} */ (
      await places[call]().catch((/** @type {any} */ error) => [`${error?.stack ?? error}`])
    );
  }, call);

/** Another page is in front: timers are late, and none is lost. @param {Browser} browser @param {string} url */
async function hidden(browser, url) {
  const page = await open(browser, url, { type: 'tab' });
  const front = await browser.newPage({ type: 'tab' });
  await front.bringToFront();
  await page.waitForFunction(() => document.visibilityState === 'hidden', { polling: 50 });
  const wrong = await ask(page, 'page');
  const still = await page.evaluate(() => document.visibilityState);
  await front.close();
  await page.close();
  return [...wrong, ...(still === 'hidden' ? [] : [`it was ${still}`])];
}

/**
 * A page that was left is kept with its calls, and goes on when the visitor comes back.
 * @param {Browser} browser @param {string} url @param {BrowserName} browserName
 */
async function back(browser, url, browserName) {
  const page = await open(browser, url);
  await page.evaluate(() => /** @type {any} */ (window).places.begin());
  await page.goto(`${url}elsewhere/`);
  // What puppeteer waits for in Firefox, a page that was kept does not have: it loads nothing.
  if (browserName !== 'firefox') await page.goBack();
  else {
    await page.evaluate(() => void setTimeout(() => history.back()));
    while (!(await page.evaluate(() => location.pathname === '/').catch(() => false)));
  }
  const { persisted, wrong } = await page.evaluate(() => /** @type {any} */ (window).places.goOn());
  await page.close();
  return [...wrong, ...(persisted ? [] : ['the page was not kept'])];
}

/** A page that is frozen and thawed (Chromium alone has a command for it). @param {Browser} browser @param {string} url */
async function frozen(browser, url) {
  const page = await open(browser, url);
  await page.evaluate(() => /** @type {any} */ (window).places.begin());
  const devtools = await page.createCDPSession();
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  const { frozen, wrong } = await page.evaluate(() => /** @type {any} */ (window).places.goOn());
  await page.close();
  return [...wrong, ...(frozen ? [] : ['the page was not frozen'])];
}

/** @param {{ browserName: BrowserName, tally: Tally }} options */
export async function run({ browserName, tally }) {
  const server = await serve();
  const browser = await launch(browserName);
  /** @param {string} name @param {() => Promise<string[]>} wrong */
  const report = async (name, wrong) => {
    const lines = await wrong().catch((error) => [`${error?.stack ?? error}`]);
    tally.check(`${name} in ${browserName}`, lines.length === 0, lines.join('\n'));
  };
  try {
    for (const [call, path] of CALLS) {
      const page = await open(browser, server.url + path.slice(1));
      await report(`${call} at ${path}`, () => ask(page, call));
      await page.close();
    }
    await report('a hidden page', () => hidden(browser, server.url));
    await report('a page that was left', () => back(browser, server.url, browserName));
    if (browserName === 'chromium') await report('a frozen page', () => frozen(browser, server.url));
  } finally {
    await browser.close();
    server.close();
  }
}

if (import.meta.filename === process.argv[1]) {
  for (const browserName of /** @type {BrowserName[]} */ (process.argv.slice(2))) {
    const tally = new Tally();
    await run({ browserName, tally });
    console.log(`${tally.failed ? 'not ok' : 'ok'} ${browserName}: ${tally.passed} places`);
    for (const complaint of tally.complaints) console.log(complaint);
  }
}
