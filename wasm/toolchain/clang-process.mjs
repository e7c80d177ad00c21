// The embedded compiler's process: commands from clang.mjs, given to two threads, answers back.
// It must not know what is compiled. It is a process, and no threads of the caller's, for the sake of one flag: V8 is not to optimize
// the compiler, unless it is told to. That costs more than it saves, even for the sixty files of the library: 14 seconds of processor time
// for 27, for one small program 1.2 for 4.4. For hundreds it saves more: once sixty are compiled, 0.98 seconds a file of tests/c for 1.27.
// The flag is for all of a process, and the caller may run programs that are worth it.

import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';

if (process.argv[2] !== 'optimized') setFlagsFromString('--liftoff-only');

/** @typedef {import('./clang-worker.mjs').Job & { id: number }} Command */

const THREADS = 2; // memory, not processors, is what runs out

/** @type {Command[]} */
const queue = [];
/** What each thread does now. @type {Map<Worker, Command | null>} */
const threads = new Map();

/** Gives what waits to the threads that do nothing. */
function serve() {
  const idle = [...threads.values()].includes(null);
  if (queue.length > 0 && !idle && threads.size < THREADS) start();
  for (const [worker, command] of threads) {
    if (command) continue;
    const next = queue.shift();
    threads.set(worker, next ?? null);
    if (next) worker.postMessage(next);
  }
}

function start() {
  const worker = new Worker(new URL('./clang-worker.mjs', import.meta.url));
  worker.on('message', (answer) => {
    process.send?.({ id: threads.get(worker)?.id, answer });
    threads.set(worker, null);
    serve();
  });
  worker.on('error', (error) => {
    process.send?.({ id: threads.get(worker)?.id, error });
    threads.delete(worker);
    serve();
  });
  threads.set(worker, null);
}

process.on('message', (/** @type {Command} */ command) => {
  queue.push(command);
  serve();
});
process.on('disconnect', () => process.exit()); // who asked is gone
process.on('SIGINT', () => {}); // Ctrl-C is the caller's: it ends, and this with it
