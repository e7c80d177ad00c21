// The crawler page in a real browser: a whole crawl, two cancelled ones, the keyboard, both widths, and the strict CSP.
// It uses the page as a visitor does, by focus and keys, and reads what the visitor can read.
//
//   node tests/browser/crawler.mjs chromium firefox

import assert from 'node:assert/strict';
import { checkLooks, visit, waitFor } from './visit.mjs';

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

/** @param {Page} page @param {string} what @param {(view: View) => boolean} holds */
const until = (page, what, holds) => waitFor(page, look, what, holds);

/** Walks to each control by Tab, in the order that a reader expects. @param {Page} page */
async function checkTabOrder(page) {
  const links = await page.evaluate(() => document.querySelectorAll('header a').length);
  for (let i = 0; i < links; i++) await page.keyboard.press('Tab');
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
  await press(page, 'timeout', 'End'); // only the page that never answers may be late
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
  await until(page, 'the table of all pages', (view) => view.table === end.found);
}

/** A crawl of a slow site, cancelled in the middle by a key. @param {Page} page @param {'Escape' | 'Enter'} key on Cancel, which has the focus */
async function crawlAndCancel(page, key) {
  await press(page, 'throttle', 'End');
  await press(page, 'start', 'Enter');
  const before = await until(page, 'requests in flight', (view) => view.flight > 2 && view.rows.length > 8);
  assert.equal(before.focus, 'cancel');
  await page.keyboard.press(key);
  const after = await until(page, 'the cancellation', (view) => view.summary.startsWith('Cancelled'));
  const states = new Set(after.rows.map((row) => row.state));
  assert.ok(states.has('cancelled'));
  for (const state of states) assert.ok(['done', 'failed', 'cancelled'].includes(state), `no row is left ${state}`);
  assert.equal(after.flight, 0);
  assert.equal(after.focus, 'start');
}

/**
 * Runs the whole check in one browser; throws what it finds wrong.
 * @param {{ browserName: BrowserName }} options
 */
export const run = ({ browserName }) =>
  visit({ browserName, path: 'crawler.html', expected: (text) => text.includes('/site/') }, async (page) => {
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
  });

if (import.meta.filename === process.argv[1]) {
  for (const browserName of /** @type {BrowserName[]} */ (process.argv.slice(2))) {
    await run({ browserName });
    console.log(`ok ${browserName}`);
  }
}
