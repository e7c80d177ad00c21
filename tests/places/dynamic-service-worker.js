// A service worker with the entry that uses import(): answers with what was wrong with how it is refused.

import { load } from '/dist/js/index.js';

addEventListener('install', () => /** @type {any} */ (globalThis).skipWaiting());
addEventListener('message', (/** @type {any} */ event) => {
  const refusal = load('/place.wasm').then(
    () => 'it was loaded',
    (error) => `${error.name}: ${error.message}`,
  );
  const good = /^LoadError: cawait: TypeError: .*: where import\(\) is forbidden, import 'cawait\/static'$/;
  event.waitUntil(refusal.then((said) => event.source.postMessage(good.test(said) ? [] : [said])));
});
