// A worker of either kind, with import(): answers each message with what was wrong. A dedicated one that is told to wait has calls that
// never end.

import { load } from '/dist/js/index.js';
import { check } from './check.js';

const run = () => check(load, '/place.wasm', { url: '/found.txt' }).catch((error) => [String(error)]);

addEventListener(
  'connect',
  (/** @type {any} */ { ports: [port] }) => void run().then((wrong) => port.postMessage(wrong)),
);
addEventListener('message', async ({ data }) => {
  if (data === 'check') return postMessage(await run());
  const app = await load('/place.wasm');
  void app.exports['nap']?.(3600);
  void app.exports['works']?.(1e9);
  postMessage(['waiting']);
});
