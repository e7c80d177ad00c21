// What a page does to reach each place, and what it looks at in itself: window.places. Each function gives what was wrong.
// It must not know which browser it is in.

import { load } from '/dist/js/index.js';
import { check } from './check.js';

/** The next message, or error, of something. @param {any} port  @returns {Promise<any>} */
const answer = (port) =>
  new Promise((resolve) => {
    port.addEventListener('message', (/** @type {any} */ { data }) => resolve(data), { once: true });
    port.addEventListener('error', (/** @type {any} */ event) => resolve([`error ${event.message}`]), { once: true });
    port.start?.();
  });

const page = () => check(load, '/place.wasm', { url: '/found.txt' });

/** What is wrong with an answer of the service worker's to a page that it controls. @param {string} scope */
async function served(scope) {
  const frame = document.createElement('iframe');
  frame.src = scope;
  await new Promise((resolve) => {
    frame.onload = resolve;
    document.body.append(frame);
  });
  const response = await /** @type {any} */ (frame.contentWindow).fetch(`${scope}c/?name=page`);
  const found = `${response.headers.get('x-from')} ${await response.text()}`;
  frame.remove();
  return found === 'C page' ? [] : [`the service worker's answer: ${found}`];
}

/** @param {string} script @param {'module' | 'classic'} type */
async function serviceWorker(script, type, serves = true) {
  const registration = await navigator.serviceWorker.register(script, { type, scope: `/${type}/` });
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (!worker) return ['there is no worker'];
  while (worker.state !== 'activated') await new Promise((resolve) => (worker.onstatechange = resolve));
  const wrong = answer(navigator.serviceWorker);
  navigator.serviceWorker.startMessages();
  worker.postMessage('check');
  try {
    return [...(await wrong), ...(serves ? await served(`/${type}/`) : [])];
  } finally {
    await registration.unregister();
  }
}

/** What the page goes on with after it was away. @type {any} */
let pending;
const seen = { persisted: false, frozen: false };
addEventListener('pageshow', ({ persisted }) => (seen.persisted ||= persisted));
document.addEventListener('freeze', () => (seen.frozen = true));

/** @type {any} */ (window).places = {
  page,

  /** Where no WebAssembly may be compiled: the remedy is said. */
  async forbidden() {
    /** @type {string[]} */
    const wrong = [];
    const bytes = await (await fetch('/place.wasm')).arrayBuffer();
    for (const source of ['/place.wasm', bytes]) {
      const error = await load(source).catch((error) => error);
      if (!/may not be compiled: add 'wasm-unsafe-eval' to script-src/.test(error.message)) wrong.push(`${error}`);
    }
    return wrong;
  },

  async frame() {
    const frame = document.createElement('iframe');
    frame.src = '/frame/';
    document.body.append(frame);
    await new Promise((resolve) => (frame.onload = resolve));
    const { places } = /** @type {any} */ (frame.contentWindow);
    const wrong = [...(await places.page())];
    // A frame that is gone takes its calls with it; the page goes on.
    await places.begin();
    frame.remove();
    return [...wrong, ...(await page())];
  },

  async worker() {
    const worker = new Worker('/tests/places/worker.js', { type: 'module' });
    worker.postMessage('check');
    const wrong = await answer(worker);
    worker.terminate();
    return wrong;
  },

  async terminated() {
    const worker = new Worker('/tests/places/worker.js', { type: 'module' });
    worker.postMessage('wait');
    const said = await answer(worker);
    worker.terminate();
    return said[0] === 'waiting' ? page() : said;
  },

  sharedWorker: () => answer(new SharedWorker('/tests/places/worker.js', { type: 'module' }).port),
  moduleServiceWorker: () => serviceWorker('/tests/places/service-worker.js', 'module'),
  dynamicServiceWorker: () => serviceWorker('/tests/places/dynamic-service-worker.js', 'module', false),
  classicServiceWorker: () => serviceWorker('/classic.js', 'classic'),

  async audioWorklet() {
    // Played as fast as it can be: no sound card is needed.
    const context = new OfflineAudioContext(1, 48000 * 3600, 48000);
    await context.audioWorklet.addModule('/tests/places/audio-worklet.js');
    const source = await WebAssembly.compileStreaming(fetch('/place.wasm'));
    const node = new AudioWorkletNode(context, 'player', { processorOptions: { source } });
    node.connect(context.destination);
    const wrong = answer(node.port);
    void context.startRendering();
    return wrong;
  },

  /** Has calls that wait, whatever becomes of the page. */
  async begin() {
    const app = await load('/place.wasm');
    const { nap, late } = /** @type {any} */ (app.exports);
    pending = { app, late: late(0.3).catch((/** @type {any} */ error) => error.name), nap: nap(0.5) };
  },

  async goOn() {
    const wrong = [];
    if (!pending) return { ...seen, wrong: ['its calls are gone'] };
    if ((await pending.late) !== 'TimeoutError') wrong.push('the deadline is lost');
    if (!((await pending.nap) >= 0.49)) wrong.push('the nap was too short');
    pending.app[Symbol.dispose]();
    return { ...seen, wrong: [...wrong, ...(await page())] };
  },
};
