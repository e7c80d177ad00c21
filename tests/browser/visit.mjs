// A visit to one of the demo pages in a real browser, under the strict CSP: what a clean page has none of is collected and refused.
// It must not know what is on the page.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from '../../web/crawler/server.mjs';
import { launch } from './launch.mjs';

/** @import { Page } from 'puppeteer-core' */
/** @import { BrowserName } from './launch.mjs' */

const PATIENCE = 300; // seconds until what does not come is given up: no measure of anything

/**
 * Looks at the page until what it shows is as it should be.
 * @template {{ summary: string }} View
 * @param {Page} page @param {() => View} look  runs in the page
 * @param {string} what @param {(view: View) => boolean} holds
 */
export async function waitFor(page, look, what, holds) {
  const end = performance.now() + PATIENCE * 1000;
  for (;;) {
    const view = /** @type {View} */ (await page.evaluate(look));
    if (holds(view)) return view;
    if (performance.now() > end) assert.fail(`${what}: not within ${PATIENCE} s; the page says "${view.summary}"`);
    await sleep(30);
  }
}

/** Collects errors and violations of the policy. @param {Page} page @param {(text: string) => boolean} expected */
async function watch(page, expected) {
  /** @type {string[]} */
  const complaints = [];
  page.on('pageerror', (error) => void (expected(String(error)) || complaints.push(String(error))));
  page.on('console', (message) => {
    const bad = message.type() === 'error' || message.type() === 'warn';
    if (bad && !expected(`${message.location().url} ${message.text()}`)) complaints.push(message.text());
  });
  await page.evaluateOnNewDocument(() => {
    const list = /** @type {{ violations?: string[] }} */ (/** @type {unknown} */ (window));
    list.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      list.violations?.push(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return complaints;
}

/** Both widths without sideways scrolling, both color schemes. @param {Page} page @param {BrowserName} browserName */
export async function checkLooks(page, browserName) {
  for (const width of [1280, 390]) {
    await page.setViewport({ width, height: 844 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `no sideways scrolling at ${width}: ${wide}`);
  }
  // BiDi has no command for the color scheme yet.
  if (browserName === 'firefox') return;
  const backgrounds = [];
  for (const value of ['light', 'dark']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
    backgrounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
  }
  assert.notEqual(backgrounds[0], backgrounds[1]);
}

/**
 * Serves the built demos, opens `path` and hands the page over.
 * @param {{ browserName: BrowserName, path: string, expected?: (text: string) => boolean }} options
 *     expected: whether an error on the console, given its place and text, is what the page is about
 * @param {(page: Page) => Promise<void>} check
 */
export async function visit({ browserName, path, expected = () => false }, check) {
  const server = await startServer();
  const browser = await launch(browserName);
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 1280, height: 900 });
    const complaints = await watch(page, expected);
    const response = await page.goto(server.url + path);
    const policy = response?.headers()['content-security-policy'] ?? '';
    assert.ok(policy.includes("script-src 'self' 'wasm-unsafe-eval';"), policy);
    await check(page);
    const violations = await page.evaluate(
      () => /** @type {{ violations?: string[] }} */ (/** @type {unknown} */ (window)).violations,
    );
    assert.deepEqual(violations, []);
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
    await server.close();
  }
}
