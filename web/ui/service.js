// The service page: sends one request to three places that run the same handler in C, and shows what each answers, as it comes.
// It owns the three requests; who answers them is the module's, the service worker's and the server's business.

import { load } from 'cawait';
import { element, make } from './dom.js';
import { showSource } from './source.js';

const form = element('ask', HTMLFormElement);
const text = element('text', HTMLInputElement);
const send = element('send', HTMLButtonElement);
const cancel = element('cancel', HTMLButtonElement);
const summary = element('summary', HTMLParagraphElement);

/** Who answers, by the section that shows it. @typedef {(request: Request) => Promise<Response>} Place */

/** @param {string} words @param {boolean} [trouble] */
function say(words, trouble = false) {
  summary.textContent = words;
  summary.classList.toggle('trouble', trouble);
}

/** The request as it is sent to one place. @param {string} place @param {AbortSignal} signal */
function requestFor(place, signal) {
  const what = String(new FormData(form).get('what'));
  const url = new URL(`/service/${place}/${what}`, location.href);
  if (what === 'hello') url.searchParams.set('name', text.value);
  if (what === 'primes') url.searchParams.set('count', '20');
  return what === 'shout'
    ? new Request(url, { method: 'POST', body: text.value, signal })
    : new Request(url, { signal });
}

/** @param {string} place @param {Place} answers @param {AbortSignal} signal @returns {Promise<boolean>} whether it came to its end */
async function ask(place, answers, signal) {
  const section = /** @type {HTMLElement} */ (document.querySelector(`[data-place=${place}]`));
  const status = /** @type {HTMLElement} */ (section.querySelector('.status'));
  const answer = /** @type {HTMLElement} */ (section.querySelector('.answer'));
  const start = performance.now();
  const told = (/** @type {string} */ words, bad = false) => {
    status.textContent = `${words}, ${Math.round(performance.now() - start)} ms`;
    status.classList.toggle('bad', bad);
  };
  answer.replaceChildren();
  status.textContent = 'asked…';
  status.classList.remove('bad');
  try {
    const response = await answers(requestFor(place, signal));
    told(`${response.status} ${response.statusText}`.trim(), !response.ok);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    // The page's own response is not fetch's: that the signal is aborted, it does not know.
    signal.addEventListener('abort', () => void reader?.cancel().catch(() => {}), { once: true });
    for (let part; reader && !(part = await reader.read()).done;) {
      answer.append(part.value);
      answer.scrollTop = answer.scrollHeight;
    }
    if (signal.aborted) throw signal.reason;
    told(`${response.status}, all of it`, !response.ok);
    return true;
  } catch (error) {
    told(signal.aborted ? 'cancelled' : String(error), true);
    return false;
  }
}

/** @type {AbortController | null} */
let running = null;

/** @param {Map<string, Place>} places */
async function run(places) {
  running = new AbortController();
  const { signal } = running;
  send.disabled = true;
  cancel.disabled = false;
  say('Asking all three…');
  const ends = await Promise.all([...places].map(([place, answers]) => ask(place, answers, signal)));
  running = null;
  send.disabled = false;
  cancel.disabled = true;
  say(signal.aborted ? 'Cancelled.' : ends.every(Boolean) ? 'All have answered.' : 'Not all have answered.');
}

/** Once this page is the service worker's. */
async function controlled() {
  await navigator.serviceWorker.register('worker.js', { type: 'module' });
  if (navigator.serviceWorker.controller) return;
  await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
}

showSource(element('code', HTMLPreElement), '/service/service.c');
try {
  const app = await load(new URL('/demos/service.wasm', location.href));
  /** @type {Map<string, Place>} */
  const places = new Map([
    ['page', (request) => app.fetch(request)],
    ['node', (request) => fetch(request)],
  ]);
  const worker = document.querySelector('[data-place=worker] .status');
  try {
    await controlled();
    places.set('worker', (request) => fetch(request));
  } catch (error) {
    worker?.append(make('span', '', `There is no service worker here: ${error}`));
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!running) run(places);
  });
  cancel.addEventListener('click', () => running?.abort());
  send.disabled = false;
  say('Ready.');
} catch (error) {
  say(`The service did not load: ${error}`, true);
}
