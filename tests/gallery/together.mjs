// Runs modules of the JavaScript host at the same time, each in a thread: node tests/gallery/together.mjs a.wasm b.wasm ...
// Prints a JSON array of what came of each: { status, output, seconds }. It must not know what they are.

import { readFile } from 'node:fs/promises';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { files } from './files.mjs';

if (isMainThread) {
  const workers = process.argv.slice(2).map((path) => new Worker(new URL(import.meta.url), { workerData: path }));
  /** What each says next. @returns {Promise<any[]>} */
  const all = () => Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
  await all(); // so that one's beginning does not hold up another's timers
  const runs = all();
  for (const worker of workers) worker.postMessage('go');
  console.log(JSON.stringify(await runs));
} else {
  const { load } = await import('../../dist/js/node.js');
  const module = await WebAssembly.compile(await readFile(workerData));
  const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
  port.once('message', async () => {
    /** @type {string[]} */
    const lines = [];
    const print = (/** @type {string} */ line) => void lines.push(`${line}\n`);
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    try {
      const app = await load(module, { files, print, printErr: print });
      const status = await app.done;
      app[Symbol.dispose]();
      port.postMessage({ status, output: lines.join(''), seconds: seconds() });
    } catch (error) {
      port.postMessage({ status: null, output: lines.join('') + error, seconds: seconds() });
    }
  });
  port.postMessage('ready');
}
