// The crawler page in a real browser: a whole crawl, two cancelled ones, the keyboard, both widths, and the strict CSP.
// It uses the page as a visitor does, by focus and keys, and reads what the visitor can read.
//
//   node tests/browser/page.mjs chromium firefox

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from '../../web/crawler/server.mjs';
import { launch } from './launch.mjs';

/** @import { Page } from 'puppeteer-core' */
/** @import { BrowserName } from './launch.mjs' */

const CONTROLS = ['limit', 'depth', 'throttle', 'timeout', 'retries', 'start'];

// Pages whose fate is fixed, whatever the order of the crawl: [state, what the row says].
const FATES = {
  '/': ['done', ''],
  '/tides/12': ['done', ''],
  '/odd/huge': ['done', 'MB'],
  '/odd/last-line': ['done', ''],
  '/odd/latin1': ['done', ''],
  '/odd/moved': ['done', ''],
  '/odd/flakier': ['done', ''],
  '/odd/picture.png': ['done', ''],
  '/odd/markup?plain=1&amp=2': ['done', ''],
  '/odd/missing': ['failed', 'HTTP 404'],
  '/odd/gone': ['failed', 'HTTP 410'],
  '/odd/broken': ['failed', 'HTTP 500'],
  '/odd/dropped': ['failed', 'network error'],
  '/odd/round': ['failed', 'network error'],
  '/odd/silent': ['failed', 'timed out'],
};

/** What the page shows right now. */
function look() {
  const text = (/** @type {string} */ id) => document.getElementById(id)?.textContent ?? '';
  return {
    summary: text('summary'),
    pages: Number(text('count-pages')),
    found: Number(text('count-found')),
    flight: Number(text('count-flight')),
    errors: Number(text('count-errors')),
    focus: document.activeElement?.id ?? '',
    disabled: [...document.querySelectorAll('button:disabled')].map((button) => button.id),
    table: document.querySelectorAll('#report-rows tr').length,
    width: document.documentElement.scrollWidth,
    background: getComputedStyle(document.body).backgroundColor,
    outline: parseFloat(getComputedStyle(document.activeElement ?? document.body).outlineWidth),
    rows: [...document.querySelectorAll('#rows li')].map((row) => ({
      name: row.querySelector('.name')?.textContent ?? '',
      state: /** @type {HTMLElement} */ (row).dataset.state ?? '',
      says: row.querySelector('.result')?.textContent ?? '',
      bars: [...row.querySelectorAll('.track .span')].map((bar) => bar.className.replace('span ', '')),
    })),
  };
}

/** @typedef {ReturnType<typeof look>} View */

/** @param {Page} page @param {string} what @param {(view: View) => boolean} holds @param {number} [seconds] */
async function until(page, what, holds, seconds = 30) {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const view = await page.evaluate(look);
    if (holds(view)) return view;
    if (performance.now() > end) assert.fail(`${what}: not within ${seconds} s; the page says "${view.summary}"`);
    await sleep(30);
  }
}

/** Collects everything that a clean page has none of. @param {Page} page */
async function watch(page) {
  /** @type {string[]} */
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // The demo site fails on purpose, and browsers write that to the console.
    const expected = /\/site\//.test(`${message.location().url} ${message.text()}`);
    if ((message.type() === 'error' || message.type() === 'warn') && !expected) complaints.push(message.text());
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

/** Walks to each control by Tab, in the order that a reader expects. @param {Page} page */
async function checkTabOrder(page) {
  for (const id of CONTROLS) {
    await page.keyboard.press('Tab');
    const view = await page.evaluate(look);
    assert.equal(view.focus, id);
    assert.ok(view.outline >= 2, `#${id} shows its focus`);
  }
  const unnamed = await page.evaluate(() =>
    [...document.querySelectorAll('input')].filter((input) => !input.labels?.length).map((input) => input.id),
  );
  assert.deepEqual(unnamed, []);
}

/** @param {Page} page @param {string} id @param {string} key */
async function press(page, id, key) {
  await page.focus(`#${id}`);
  await page.keyboard.press(/** @type {import('puppeteer-core').KeyInput} */ (key));
}

/** A whole crawl, started by Enter. @param {Page} page */
async function crawlAll(page) {
  await press(page, 'throttle', 'Home');
  await press(page, 'start', 'Enter');
  const begun = await until(page, 'rows', (view) => view.rows.length > 5);
  assert.equal(begun.focus, 'cancel', 'the focus moves on to Cancel');
  assert.deepEqual(begun.disabled, ['start']);
  let most = 0;
  const end = await until(page, 'the end', (view) => {
    most = Math.max(most, view.flight);
    return view.summary.startsWith('Finished');
  });
  assert.ok(most > 1 && most <= 6, `${most} in flight under a limit of 6`);
  assert.equal(end.flight, 0);
  assert.equal(end.focus, 'start', 'and back to Start');
  assert.equal(end.rows.length, end.found);
  assert.equal(end.pages + end.errors, end.found);
  assert.ok(end.pages >= 60, `${end.pages} pages`);
  assert.equal(new Set(end.rows.map((row) => row.name)).size, end.found, 'no page twice');
  for (const [name, [state, says]] of Object.entries(FATES)) {
    const row = end.rows.find((row) => row.name === name);
    assert.ok(row, `${name} was found`);
    assert.equal(row.state, state, `${name}: ${row.says}`);
    assert.ok(row.says.includes(says), `${name} says "${row.says}"`);
  }
  const flakier = end.rows.find((row) => row.name === '/odd/flakier');
  assert.deepEqual(
    flakier?.bars.filter((bar) => bar !== 'waiting'),
    ['failed', 'retrying', 'failed', 'retrying', 'done'],
  );

  await press(page, 'report > summary', 'Enter');
  await until(page, 'the table of all pages', (view) => view.table === end.found, 2);
}

/** A crawl of a slow site, cancelled in the middle by a key. @param {Page} page @param {'Escape' | 'Enter'} key on Cancel, which has the focus */
async function crawlAndCancel(page, key) {
  await press(page, 'throttle', 'End');
  await press(page, 'start', 'Enter');
  const before = await until(page, 'requests in flight', (view) => view.flight > 2 && view.rows.length > 8);
  assert.equal(before.focus, 'cancel');
  await page.keyboard.press(key);
  const after = await until(page, 'the cancellation', (view) => view.summary.startsWith('Cancelled'), 2);
  const states = new Set(after.rows.map((row) => row.state));
  assert.ok(states.has('cancelled'));
  for (const state of states) assert.ok(['done', 'failed', 'cancelled'].includes(state), `no row is left ${state}`);
  assert.equal(after.flight, 0);
  assert.equal(after.focus, 'start');
}

/** @param {Page} page @param {BrowserName} browserName */
async function checkLooks(page, browserName) {
  for (const width of [1280, 390]) {
    await page.setViewport({ width, height: 844 });
    const view = await until(page, 'the layout', () => true);
    assert.ok(view.width <= width, `no sideways scrolling at ${width}: ${view.width}`);
  }
  // BiDi has no command for the color scheme yet.
  if (browserName === 'firefox') return;
  const backgrounds = [];
  for (const value of ['light', 'dark']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
    backgrounds.push((await page.evaluate(look)).background);
  }
  assert.notEqual(backgrounds[0], backgrounds[1]);
}

/**
 * Runs the whole check in one browser; throws what it finds wrong.
 * @param {{ browserName: BrowserName, baseUrl?: string }} options  without a baseUrl it serves the built page itself
 */
export async function run({ browserName, baseUrl }) {
  const server = baseUrl ? null : await startServer();
  const browser = await launch(browserName);
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 1280, height: 900 });
    const complaints = await watch(page);
    const response = await page.goto(baseUrl ?? server?.url ?? '');
    const policy = response?.headers()['content-security-policy'] ?? '';
    assert.ok(policy.includes("script-src 'self' 'wasm-unsafe-eval';"), policy);
    await until(page, 'the crawler', (view) => view.summary === 'Ready.');
    await checkTabOrder(page);
    const code = await page.evaluate(() => ({
      lines: document.querySelectorAll('#code > span').length,
      suspending: document.querySelectorAll('#code > .suspends').length,
    }));
    assert.ok(code.lines > 20 && code.suspending > 0, `the source is shown: ${JSON.stringify(code)}`);
    await crawlAll(page);
    await crawlAndCancel(page, 'Escape');
    await crawlAndCancel(page, 'Enter');
    await checkLooks(page, browserName);
    const violations = await page.evaluate(
      () => /** @type {{ violations?: string[] }} */ (/** @type {unknown} */ (window)).violations,
    );
    assert.deepEqual(violations, []);
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
    await server?.close();
  }
}

if (import.meta.filename === process.argv[1]) {
  for (const browserName of /** @type {BrowserName[]} */ (process.argv.slice(2))) {
    await run({ browserName });
    console.log(`ok ${browserName}`);
  }
}
