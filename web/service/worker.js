// The service worker: requests under worker/ are answered by the handler in C. A service worker may not import() later, so cawait/static.

import { load } from 'cawait/static';

/** TypeScript's types of the page and of a service worker exclude each other. @type {any} */
const scope = globalThis;
/** @type {Promise<import('cawait').App> | undefined} */
let app;

scope.addEventListener('install', () => void scope.skipWaiting());
scope.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener('fetch', (/** @type {any} */ event) => {
  if (!new URL(event.request.url).pathname.startsWith('/service/worker/')) return;
  app ??= load(new URL('/demos/service.wasm', scope.location.href));
  event.respondWith(app.then(({ fetch }) => fetch(event.request)));
});
