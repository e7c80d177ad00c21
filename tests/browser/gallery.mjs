// The gallery page in a real browser: every lesson in virtual time prints what it must; what the time line shows of some; a run in
// real time, one that is stopped; the list by keys, addresses of lessons, both widths, and the strict CSP.
//
//   node tests/browser/gallery.mjs chromium firefox

import assert from 'node:assert/strict';
import { buildLessons } from '../../web/gallery/build.mjs';
import { expectedOn, gallery } from '../programs.mjs';
import { Tally } from '../tally.mjs';
import { checkLooks, visit, waitFor } from './visit.mjs';

/** @import { Page } from 'puppeteer-core' */
/** @import { BrowserName } from './launch.mjs' */

// Whose tasks are looked at, whatever else is in the gallery: number -> rows as [name, state], and the bars of the first row.
/** @type {Record<number, { rows: [string, string][], bars: [string, string][] }>} */
const TASKS = {
  1: {
    rows: ['lesson Task-1', 'visit Task-2', 'visit Task-3', 'visit Task-4'].map((name) => [name, 'done']),
    bars: [
      ['running', '0% 0%'],
      ['waiting', '0% 100%'],
      ['done', '100% 0%'],
    ],
  },
  // It blocks from 2 to 5 of 6 seconds.
  16: {
    rows: [['lesson Task-1', 'done']],
    bars: [
      ['running', '0% 0%'],
      ['waiting', '0% 33%'],
      ['running', '33% 50%'],
      ['waiting', '83% 17%'],
      ['done', '100% 0%'],
    ],
  },
  // By steps: the second of four is the good one's first. The bad one has none.
  18: {
    rows: [
      ['lesson Task-1', 'done'],
      ['body good', 'done'],
      ['body bad', 'cancelled'],
    ],
    bars: [
      ['running', '0% 25%'],
      ['waiting', '25% 50%'],
      ['done', '75% 25%'],
    ],
  },
};

/** What the page shows right now. */
function look() {
  const text = (/** @type {string} */ id) => document.getElementById(id)?.textContent ?? '';
  const focus = /** @type {HTMLElement} */ (document.activeElement ?? document.body);
  const style = (/** @type {Element} */ bar) => /** @type {HTMLElement} */ (bar).style;
  const rounded = (/** @type {string} */ percent) => `${Math.round(parseFloat(percent))}%`;
  return {
    summary: text('summary'),
    sentence: text('sentence'),
    button: text('run'),
    hash: location.hash,
    title: document.title,
    lessons: document.querySelectorAll('#lessons a').length,
    current: [...document.querySelectorAll('#lessons [aria-current]')].map((link) => link.getAttribute('href')),
    focus: focus.id || focus.getAttribute('href'),
    outline: parseFloat(getComputedStyle(focus).outlineWidth),
    sources: ['c', 'py'].map((id) => document.querySelectorAll(`#${id} > span`).length),
    suspends: ['c', 'py'].map((id) => document.querySelectorAll(`#${id} > .suspends`).length),
    visible: ['ours', 'theirs', 'lessons'].filter((id) => document.getElementById(id)?.checkVisibility()),
    lines: [...document.querySelectorAll('#lines .text')].map((line) => `${line.textContent}\n`),
    times: [...document.querySelectorAll('#lines .time')].map((time) => Number(time.textContent)),
    rows: [...document.querySelectorAll('#rows li')].map((row) => ({
      name: row.querySelector('.name')?.textContent ?? '',
      state: /** @type {HTMLElement} */ (row).dataset.state ?? '',
      bars: [...row.querySelectorAll('.track .span')].map((bar) => [
        bar.className.replace('span ', ''),
        `${rounded(style(bar).left)} ${rounded(style(bar).width)}`,
      ]),
    })),
  };
}

/** @typedef {ReturnType<typeof look>} View */

/** @param {Page} page @param {string} what @param {(view: View) => boolean} holds */
const until = (page, what, holds) => waitFor(page, look, what, holds);

/** @param {Page} page @param {import('puppeteer-core').KeyInput[]} keys */
async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
}

/** Chooses a lesson by its address and waits until it can be run. @param {Page} page @param {number} number */
async function choose(page, number) {
  const hash = `#${String(number).padStart(2, '0')}`;
  await page.evaluate((hash) => void (location.hash = hash), hash);
  return until(page, `lesson ${number}`, (view) => view.current.join() === hash && view.summary === 'Ready.');
}

/** @param {Page} page @param {string} clock @param {(view: View) => boolean} holds */
async function play(page, clock, holds) {
  await page.click(`[value=${clock}]`);
  await page.focus('#run');
  await press(page, 'Enter');
  return until(page, `a run by ${clock} time`, holds);
}

const over = (/** @type {View} */ view) => view.button === 'Run' && /^(Finished|Ended|Stopped)/.test(view.summary);

/** Every lesson, in virtual time. @param {Page} page @param {Tally} tally */
async function playAll(page, tally) {
  for (const test of gallery()) {
    const number = parseInt(test.name);
    await choose(page, number);
    const view = await play(page, 'virtual', over);
    const status = view.summary.startsWith('Finished') ? 0 : 1;
    tally.trace(test.name, { status, output: view.lines.join('') }, expectedOn(test, 'js') ?? '');
    const wanted = TASKS[number];
    if (wanted) {
      assert.deepEqual(
        view.rows.map(({ name, state }) => [name, state]),
        wanted.rows,
      );
      const bars = view.rows[0]?.bars.filter(([kind, place]) => kind !== 'waiting' || !place?.endsWith(' 0%'));
      assert.deepEqual(bars, wanted.bars);
    }
    for (const { name, state } of view.rows)
      assert.ok(['done', 'failed', 'cancelled'].includes(state), `${test.name}: ${name} is left ${state}`);
  }
}

/** By the real clock: a lesson of one second, one whose workers really block, and one of several seconds that is stopped. @param {Page} page */
async function playForReal(page) {
  await choose(page, 1);
  const { lines, times } = await play(page, 'real', over);
  assert.equal(lines.join(''), expectedOn(gallery()[0], 'js'));
  assert.ok(times[3] >= 0.999, `lines have their real times: ${times}`);

  await choose(page, 26);
  const beside = await play(page, 'real', over);
  const said = (/** @type {string} */ text) =>
    text
      .replaceAll(/^[\d.]+ +/gm, '')
      .split('\n')
      .sort();
  const wanted = gallery().find(({ name }) => name.startsWith('26-'))?.expected ?? '';
  assert.deepEqual(said(beside.lines.join('')), said(wanted)); // a busy machine has them in another order
  assert.ok((beside.times.at(-1) ?? 0) >= 1.999, `jobs take their real time: ${beside.times}`);

  await choose(page, 23);
  const view = await play(page, 'real', (view) => view.rows.some((row) => row.name.startsWith('consume')));
  assert.equal(view.button, 'Stop');
  assert.ok(view.lines.length > 0, 'output is shown while the lesson runs');
  await press(page, 'Escape');
  const stopped = await until(page, 'the stop', over);
  assert.match(stopped.summary, /^Stopped after \d/);
  assert.deepEqual(new Set(stopped.rows.map((row) => row.state)), new Set(['cancelled']));

  // Another lesson that is chosen ends the run of the first.
  await play(page, 'real', (view) => view.button === 'Stop');
  await choose(page, 1);
  await play(page, 'virtual', over);
}

/** The list: one place in the order of Tab, arrows within, Enter chooses; what is chosen can be gone back from. @param {Page} page */
async function useKeys(page) {
  await page.evaluate(() => void (location.hash = ''));
  await until(page, 'the first lesson', (view) => view.current.join() === '#01');
  await page.focus('#lessons a');
  await press(page, 'ArrowDown', 'ArrowDown', 'ArrowUp');
  const view = await page.evaluate(look);
  assert.equal(view.focus, '#02');
  assert.ok(view.outline >= 2, 'the focus is seen');
  assert.deepEqual(view.current, ['#01'], 'and nothing is chosen yet');
  await press(page, 'Enter');
  const chosen = await until(page, 'lesson 2', (view) => view.current.join() === '#02' && view.summary === 'Ready.');
  assert.equal(chosen.hash, '#02');
  assert.match(chosen.title, /^2\. /);
  await press(page, 'End');
  assert.equal((await page.evaluate(look)).focus, (await page.evaluate(last))?.slice(-3));
  await press(page, 'Home', 'Tab');
  assert.equal((await page.evaluate(look)).focus, 'previous', 'Tab leaves the list');
  await page.goBack();
  await until(page, 'the lesson before', (view) => view.current.join() === '#01');
}

const last = () => document.querySelector('#lessons li:last-child a')?.getAttribute('href');

/** The narrow page: the list is folded, one source at a time. @param {Page} page */
async function goNarrow(page) {
  await page.setViewport({ width: 390, height: 844 });
  await until(page, 'one source', (view) => view.visible.join() === 'ours');
  await page.focus('[name=shown]');
  await press(page, 'ArrowRight');
  await until(page, 'the other source', (view) => view.visible.join() === 'theirs');
  await page.focus('#contents > summary');
  await press(page, 'Enter');
  await until(page, 'the list', (view) => view.visible.includes('lessons'));
  await page.focus('#lessons a');
  await press(page, 'ArrowDown', 'ArrowDown', 'Enter');
  const view = await until(page, 'the lesson', (view) => !view.visible.includes('lessons'));
  assert.notEqual(view.hash, '#01');
  await page.setViewport({ width: 1280, height: 900 });
  await until(page, 'both sources and the list', (view) => view.visible.length === 3);
}

/**
 * Runs the whole check in one browser; a lesson that prints something else is a failed case, the rest throws.
 * @param {{ browserName: BrowserName, tally: Tally }} options
 */
export async function run({ browserName, tally }) {
  await buildLessons();
  await visit({ browserName, path: 'gallery.html#06' }, async (page) => {
    const view = await until(page, 'the lesson of the address', (view) => view.summary === 'Ready.');
    assert.deepEqual(view.current, ['#06']);
    assert.equal(view.lessons, gallery().length);
    assert.match(view.sentence, /^Gather gives results/);
    const shown = await until(page, 'both sources', (view) => Math.min(...view.sources) > 10);
    assert.ok(Math.min(...shown.suspends) > 2, `lines that suspend are marked: ${shown.suspends}`);
    await playAll(page, tally);
    await playForReal(page);
    await useKeys(page);
    await goNarrow(page);
    await checkLooks(page, browserName);
  });
  await visit({ browserName, path: '' }, async (page) => {
    const links = await page.$$eval('#ways a', (links) => links.map((link) => link.getAttribute('href')));
    assert.deepEqual(links, ['gallery.html', 'crawler.html', 'mandelbrot.html', 'service/index.html']);
    await page.waitForSelector('#sample > .suspends');
    await checkLooks(page, browserName);
  });
}

if (import.meta.filename === process.argv[1]) {
  for (const browserName of /** @type {BrowserName[]} */ (process.argv.slice(2))) {
    const tally = new Tally();
    await run({ browserName, tally });
    console.log(`${tally.failed ? 'not ok' : 'ok'} ${browserName}: ${tally.passed} lessons`);
    for (const complaint of tally.complaints) console.log(complaint);
  }
}
