// The service's page in a real browser: one request, three places that answer it, streams, cancelling, looks.
//
//   node tests/browser/service.mjs chromium firefox

import assert from 'node:assert/strict';
import { checkLooks, visit, waitFor } from './visit.mjs';

/** @import { Page } from 'puppeteer-core' */
/** @import { BrowserName } from './launch.mjs' */

/** What the page shows; runs there. */
function look() {
  const shown = (/** @type {string} */ part) =>
    [...document.querySelectorAll(`[data-place] .${part}`)].map((element) => element.textContent ?? '');
  return {
    summary: document.getElementById('summary')?.textContent ?? '',
    status: shown('status'),
    answers: shown('answer'),
    lines: document.querySelectorAll('#code > .suspends').length,
  };
}

/** @param {Page} page @param {string} what @param {string} text */
async function choose(page, what, text) {
  await page.$eval(`input[value=${what}]`, (input) => /** @type {HTMLElement} */ (input).click());
  await page.$eval('input#text', (input, text) => void (input.value = text), text);
  await page.click('#send');
}

/** Firefox's word for a page that stops reading what a service worker sends. */
const STOPPED = 'A ServiceWorker intercepted the request and encountered an unexpected error';

/** @param {{ browserName: BrowserName }} options */
export const run = ({ browserName }) =>
  visit({ browserName, path: 'service/index.html', expected: (text) => text.includes(STOPPED) }, async (page) => {
    const until = (/** @type {string} */ what, /** @type {(view: ReturnType<typeof look>) => boolean} */ holds) =>
      waitFor(page, look, what, holds);
    await until('the service', ({ summary, lines }) => summary === 'Ready.' && lines > 5);

    await choose(page, 'hello', 'a & b');
    const { answers, status } = await until('greetings', ({ summary }) => summary === 'All have answered.');
    assert.deepEqual(answers, Array(3).fill('Hello, a & b!\n'));
    for (const line of status) assert.match(line, /^200, all of it/);

    await choose(page, 'shout', 'louder');
    const shouted = await until('shouts', ({ summary }) => summary === 'All have answered.');
    assert.deepEqual(shouted.answers, Array(3).fill('LOUDER'));

    await choose(page, 'primes', '');
    await until('the first numbers', (view) => view.answers.every((text) => text.startsWith('2\n3\n')));
    await page.click('#cancel');
    const ended = await until('the end', ({ summary }) => summary === 'Cancelled.');
    for (const text of ended.answers) assert.ok(!text.includes('71'), text);
    for (const line of ended.status) assert.match(line, /^cancelled/);

    await choose(page, 'primes', '');
    const all = await until('all numbers', ({ summary }) => summary === 'All have answered.');
    for (const text of all.answers) assert.ok(text.endsWith('67\n71\n'), text);
    await checkLooks(page, browserName);
  });

if (import.meta.filename === process.argv[1]) {
  for (const browserName of /** @type {BrowserName[]} */ (process.argv.slice(2))) {
    await run({ browserName });
    console.log(`ok ${browserName}`);
  }
}
