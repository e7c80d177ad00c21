// The crawler page: wires the controls to the C crawler and its events to the views.
// It owns the run (start, cancel, end) and what the time line says of a page; drawing is timeline.js's and report.js's, the C call is
// crawl.mjs's.

import { crawl, loadCrawler } from '../crawler/crawl.mjs';
import { Crawl, describe, duration } from '../crawler/events.mjs';
import { bytes, place, seconds } from '../crawler/format.mjs';
import { animate } from './animate.js';
import { element } from './dom.js';
import { Report } from './report.js';
import { showSource } from './source.js';
import { Timeline } from './timeline.js';

/** @import { Crawler } from '../crawler/crawl.mjs' */
/** @import { Task } from '../crawler/events.mjs' */

const form = element('controls', HTMLFormElement);
const start = element('start', HTMLButtonElement);
const cancel = element('cancel', HTMLButtonElement);
const report = new Report();

/** How a page came out. @param {Task} task */
function outcome(task) {
  if (task.state === 'done') return bytes(task.bytes);
  return task.state === 'failed' ? describe(task.reason) : '';
}

/** @type {Timeline<Task>} */
const timeline = new Timeline({
  name: (task) => place(task.url),
  title: (task) => [`${place(task.url)}: ${task.state}`, outcome(task)].filter(Boolean).join(', '),
  result(task, now) {
    if (task.state === 'done')
      return [
        ['time', seconds(duration(task, now))],
        ['size', outcome(task)],
      ];
    if (task.state === 'failed' || task.state === 'cancelled') return [['', outcome(task)]];
    return task.attempts > 1 ? [['', `try ${task.attempts}`]] : [];
  },
  follow: (task) => task.state === 'fetching',
});

/** @type {AbortController | null} */
let running = null;

/** @param {string} id */
const setting = (id) => element(id, HTMLInputElement).valueAsNumber;

/** @param {Crawler} crawler */
async function run(crawler) {
  const seen = new Crawl();
  const url = new URL('/site/', location.href);
  url.searchParams.set('run', Math.random().toString(36).slice(2, 10));
  url.searchParams.set('throttle', String(setting('throttle')));
  const options = {
    url: url.href,
    limit: setting('limit'),
    depth: setting('depth'),
    timeout: setting('timeout'),
    retries: setting('retries'),
  };

  running = new AbortController();
  setRunning(true);
  timeline.clear();
  report.clear();
  report.say(`Crawling, at most ${options.limit} at a time…`);
  const stop = animate((final) => {
    const now = final ? seen.elapsed : seen.now();
    timeline.draw(now);
    report.draw(seen, now, final);
  });
  try {
    await crawl(crawler, { ...options, signal: running.signal }, (...event) => timeline.touch(seen.take(...event)));
    stop();
    report.conclude(seen, 'Finished');
  } catch (error) {
    stop();
    if (running.signal.aborted) report.conclude(seen, 'Cancelled');
    else report.complain(`The crawl broke: ${error}`);
  } finally {
    running = null;
    setRunning(false);
  }
}

/** A button that is switched off would drop the focus, so the focus goes to its partner. @param {boolean} on */
function setRunning(on) {
  const [from, to] = on ? [start, cancel] : [cancel, start];
  const focused = document.activeElement === from;
  to.disabled = false;
  if (focused) to.focus();
  from.disabled = true;
  document.body.classList.toggle('running', on);
}

for (const input of form.querySelectorAll('input')) {
  const output = /** @type {HTMLOutputElement} */ (form.querySelector(`output[for=${input.id}]`));
  const show = () => {
    const text = `${input.value}${input.dataset.unit}`;
    output.value = text;
    input.setAttribute('aria-valuetext', text);
  };
  input.addEventListener('input', show);
  show();
}

cancel.addEventListener('click', () => running?.abort());
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') running?.abort();
});

showSource(element('code', HTMLPreElement), '/crawler/crawler.c');
try {
  const crawler = await loadCrawler(new URL('/demos/crawler.wasm', location.href));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!running) run(crawler);
  });
  start.disabled = false;
  report.say('Ready.');
} catch (error) {
  report.complain(`The crawler did not load: ${error}`);
}
