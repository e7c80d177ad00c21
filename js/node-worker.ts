// Owns: the same as worker.ts for worker_threads: Node, Deno, Bun.
// Must not know: what a job is (job.ts).

import { parentPort, workerData } from 'node:worker_threads';
import { work } from './job.ts';
import { nodeParts } from './load/node-parts.ts';
import type { Imports } from './run/app.ts';

let serving = false;

/** As the one of worker.ts. */
export function serveJobs(imports: Imports = {}): void {
  const port = parentPort;
  if (serving || !port) return;
  serving = true;
  const post = (message: unknown, transfer?: ArrayBuffer[]) => port.postMessage(message, transfer);
  work({ post, listen: (told) => void port.on('message', told) }, nodeParts, imports);
}

// Started by node-workers.ts itself.
if (workerData === 'cawait') serveJobs();
