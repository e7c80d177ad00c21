// The Mandelbrot page in a real browser: its tiles by workers are those that the page makes itself; keys, wheel, drag and buttons move it;
// what leaves the view is cancelled; no frame asks for more than a few; looks.
//
//   node tests/browser/mandelbrot.mjs chromium firefox

import assert from 'node:assert/strict';
import { checkLooks, visit, waitFor } from './visit.mjs';

/** @import { Page } from 'puppeteer-core' */
/** @import { BrowserName } from './launch.mjs' */

/** What the page shows; runs there. */
function look() {
  const text = (/** @type {string} */ id) => document.getElementById(id)?.textContent ?? '';
  const [x = NaN, y = NaN, times = NaN] = (/^(.*), (.*) · ×(.*)$/.exec(text('place')) ?? [])
    .slice(1)
    .map((number) => Number(number.replaceAll(',', '')));
  return {
    summary: text('summary'),
    tiles: Number(text('count-tiles')),
    cancelled: Number(text('count-cancelled')),
    workers: text('count-workers'),
    place: { x, y, times },
    isolated: crossOriginIsolated,
    lines: document.querySelectorAll('#code > .suspends').length,
  };
}

/** A number for what is drawn, and the colour in the middle. */
function drawn() {
  const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById('view'));
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (copy.getContext('2d', { willReadFrequently: true }));
  pen.drawImage(canvas, 0, 0);
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (const byte of data) sum = (sum * 31 + byte) | 0;
  const middle = 4 * (Math.floor(canvas.height / 2) * canvas.width + Math.floor(canvas.width / 2));
  return { sum, middle: [...data.slice(middle, middle + 3)], corner: [...data.slice(0, 3)] };
}

/** From now on: how many tiles a frame asks for at most, and gives up; runs in the page. */
function countAsked() {
  const page = /** @type {{ AbortController: typeof AbortController, most?: number }} */ (globalThis);
  const Plain = page.AbortController;
  let inFrame = 0;
  page.most = 0;
  page.AbortController = class extends Plain {
    constructor() {
      super();
      page.most = Math.max(page.most ?? 0, ++inFrame);
    }
  };
  requestAnimationFrame(function again() {
    inFrame = 0;
    requestAnimationFrame(again);
  });
}

/** @param {Page} page @param {BrowserName} browserName */
async function check(page, browserName) {
  const until = (/** @type {string} */ what, /** @type {(view: ReturnType<typeof look>) => boolean} */ holds) =>
    waitFor(page, look, what, holds);
  const rest = (by = 'workers') =>
    until(`a rest by ${by}`, ({ summary }) => summary === `All is there, done by ${by}.`);

  const whole = await rest();
  assert.ok(whole.isolated, 'jobs hear that they are cancelled');
  assert.ok(whole.lines > 0 && whole.tiles > 20, `${whole.lines} ${whole.tiles}`);
  assert.ok(Number(whole.workers) >= 1, whole.workers);
  assert.equal(whole.place.times, 1);
  const byWorkers = await page.evaluate(drawn);
  assert.deepEqual(byWorkers.middle, [0, 0, 0], 'inside');
  assert.notDeepEqual(byWorkers.corner, [0, 0, 0], 'outside');

  await page.click('#marks');
  await page.evaluate(async () => {
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
  });
  assert.notEqual((await page.evaluate(drawn)).sum, byWorkers.sum, 'marks are drawn');
  await page.click('#marks');

  await page.click('[value=page]');
  await rest('the page');
  assert.deepEqual(await page.evaluate(drawn), byWorkers, 'the page makes the same tiles');
  await page.click('[value=workers]');
  await rest();
  assert.deepEqual(await page.evaluate(drawn), byWorkers, 'and so do workers');

  await page.focus('#view');
  await page.keyboard.press('+');
  await until('a key zooms', ({ place }) => place.times === 2);
  await page.keyboard.press('ArrowRight');
  await until('a key moves', ({ place }) => place.x > whole.place.x);
  await page.keyboard.press('0');
  await until('all of it', ({ place }) => place.times === 1 && place.x === whole.place.x);
  const box = await page.$eval('#view', (canvas) => canvas.getBoundingClientRect().toJSON());
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.wheel({ deltaY: -240 });
  await until('the wheel zooms', ({ place }) => place.times >= 2 && place.x === whole.place.x);
  await page.mouse.down();
  await page.mouse.move(x - 100, y - 50, { steps: 3 });
  await page.mouse.up();
  const dragged = await until('a hand takes it along', ({ place }) => place.x > whole.place.x && place.y < 0);
  await page.click('#out');
  await until('a button zooms out', ({ place }) => place.times < dragged.place.times);

  await page.evaluate(countAsked);
  await page.click('#dive');
  const deep = await until(
    'a dive',
    (view) => view.summary === 'Diving…' && view.place.times > 64 && view.cancelled > 0,
  );
  await page.keyboard.press('Escape');
  const stopped = await rest();
  const asked = await page.evaluate(() => ({
    most: /** @type {{ most?: number }} */ (globalThis).most ?? NaN,
    workers: Math.max(2, navigator.hardwareConcurrency - 1),
  }));
  assert.ok(asked.most > 0 && asked.most <= 4 * asked.workers, `no frame asks for a whole view: ${asked.most}`);
  assert.ok(stopped.tiles > whole.tiles && stopped.place.times >= deep.place.times, 'it ends where it was stopped');
  await page.click('#whole');
  await until('all of it again', ({ place }) => place.times === 1);
  if (browserName === 'chromium') {
    // Firefox's driver has neither yet.
    await pinch(page, x, y, until);
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    await page.click('#whole');
    await until('the whole set in one step', ({ place }) => place.times === 1);
    await page.click('#dive');
    await until('who asked for less motion is there at once', ({ place }) => place.times === 1024);
  }
  await page.click('#whole');
  await checkLooks(page, browserName);
}

/** Two fingers. @param {Page} page @param {number} x @param {number} y @param {(what: string, holds: (view: ReturnType<typeof look>) => boolean) => Promise<unknown>} until */
async function pinch(page, x, y, until) {
  const left = await page.touchscreen.touchStart(x - 40, y);
  const right = await page.touchscreen.touchStart(x + 40, y);
  await left.move(x - 120, y);
  await right.move(x + 120, y);
  await until('fingers zoom', ({ place }) => place.times > 2.9);
  await left.end();
  await right.end();
}

/** @param {{ browserName: BrowserName }} options */
export const run = ({ browserName }) =>
  visit({ browserName, path: 'mandelbrot.html' }, (page) => check(page, browserName));

if (import.meta.filename === process.argv[1]) {
  for (const browserName of /** @type {BrowserName[]} */ (process.argv.slice(2))) {
    await run({ browserName });
    console.log(`ok ${browserName}`);
  }
}
