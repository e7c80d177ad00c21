// Those of the bridge's tests that need no Node, in real pages: one for each file.
// It must not know what they test.
//
//   node tests/browser/bridge.mjs chromium firefox webkit

import { judgeResults, moduleText, portable, programs } from '../portable.mjs';
import { Tally } from '../tally.mjs';
import { launch } from './launch.mjs';
import { serve } from './places.mjs';

/** @import { BrowserName } from './launch.mjs' */

/** In the page. @param {string} path  of the tests */
async function inPage(path) {
  if (document.hidden) throw new Error('the page is hidden: its timers would take seconds');
  const places = ['/dist/js/index.js', '/tests/js/maker.mjs', '/tests/places/node/test.js'];
  const [, { provide }, { run }] = await Promise.all(places.map((place) => import(place)));
  provide(async (/** @type {string} */ name) => {
    const response = await fetch(`/programs/${encodeURIComponent(name)}`);
    return new Uint8Array(await response.arrayBuffer());
  });
  return run(() => import(path));
}

/** @param {{ browserName: BrowserName, tally: Tally }} options */
export async function run({ browserName, tally }) {
  const made = await programs(portable());
  const server = await serve((path) =>
    path.startsWith('programs/') ? made.get(path.slice('programs/'.length)) : moduleText(path),
  );
  const browser = await launch(browserName);
  try {
    for (const path of portable()) {
      const page = await browser.newPage();
      await page.goto(server.url);
      const results = await page.evaluate(inPage, `/${path}`);
      judgeResults(tally, browserName, path, results, {});
      await page.close();
    }
  } finally {
    await browser.close();
    server.close();
  }
}

if (import.meta.filename === process.argv[1]) {
  for (const browserName of /** @type {BrowserName[]} */ (process.argv.slice(2))) {
    const tally = new Tally();
    await run({ browserName, tally });
    console.log(`${tally.failed ? 'not ok' : 'ok'} ${browserName}: ${tally.passed} tests`);
    for (const complaint of tally.complaints) console.log(complaint);
  }
}
