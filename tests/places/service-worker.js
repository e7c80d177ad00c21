// A service worker, which forbids import(): answers a message with what was wrong.
// It must not know how it was bundled, if it was.

import { load } from '/dist/js/static.js';
import { check } from './check.js';

addEventListener('install', () => /** @type {any} */ (globalThis).skipWaiting());
addEventListener('message', (/** @type {any} */ event) => {
  const answer = check(load, fetch('/place.wasm'), { url: '/found.txt' }).catch((error) => [String(error)]);
  event.waitUntil(answer.then((wrong) => event.source.postMessage(wrong)));
});
