// Owns: workers.ts with Node's worker_threads, which Deno and Bun have, too: unlike their Web Workers these need not keep a process alive.
// Must not know: what they do.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { WorkerHost } from './workers.ts';

/** @param make the program's own way, of Options.worker */
export const workerHost = (make?: () => unknown): WorkerHost => ({
  count: availableParallelism,
  start() {
    // Not the process's own flags: --input-type, for one, is no worker's.
    const worker =
      (make?.() as Worker) ??
      new Worker(new URL('../node-worker.js', import.meta.url), { workerData: 'cawait', execArgv: [] });
    return {
      post: (message, transfer) => worker.postMessage(message, transfer as ArrayBuffer[]),
      listen(told, lost) {
        worker.on('message', told);
        worker.on('error', lost);
        worker.on('exit', () => lost(new Error('it has ended by itself')));
      },
      end() {
        worker.removeAllListeners();
        worker.on('error', () => {});
        void worker.terminate();
      },
      hold: (alive) => (alive ? worker.ref() : worker.unref()),
    };
  },
});
