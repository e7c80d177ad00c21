// Random values that misbehave, over the border (tests/hostile), in a real browser.
//
//   node tests/browser/hostile.mjs chromium firefox

import assert from 'node:assert/strict';
import { launch } from './launch.mjs';
import { served } from './served.mjs';

/** Not by chance, so that what is green once stays so. */
const SEED = 1;
const CASES = 2000;

/** @param {{ browserName: import('./launch.mjs').BrowserName }} options */
export async function run({ browserName }) {
  const server = await served('tests/hostile/page.mjs', 'border', 'tests/hostile/border.c');
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
