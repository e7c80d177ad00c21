// A service worker, which forbids import(): answers a message with what was wrong, and requests under c/ by the handler in C.
// It must not know how it was bundled, if it was.

import { load } from '/dist/js/static.js';
import { check } from './check.js';

addEventListener('install', () => /** @type {any} */ (globalThis).skipWaiting());
addEventListener('message', (/** @type {any} */ event) => {
  const answer = check(load, fetch('/place.wasm'), { url: '/found.txt' }).catch((error) => [String(error)]);
  event.waitUntil(answer.then((wrong) => event.source.postMessage(wrong)));
});

/** @type {Promise<any> | undefined} */
let app;
addEventListener('fetch', (/** @type {any} */ event) => {
  if (!new URL(event.request.url).pathname.includes('/c/')) return;
  app ??= load(fetch('/place.wasm'));
  event.respondWith(app.then((app) => app.fetch(event.request)));
});
