// Owns: the script of a Web Worker that does the jobs of a program's executors.
// Must not know: what a job is (job.ts). One of the program's own does the same:
//
//     import { serveJobs } from 'cawait/worker';
//     serveJobs({ env: { my_import: () => 1 } });                           // worker.js
//     load(url, { worker: () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }) });

import { work } from './job.ts';
import { parts } from './load/parts.ts';
import type { Imports } from './run/app.ts';

declare const name: string;
declare function postMessage(message: unknown, transfer?: Transferable[]): void;

let serving = false;

/**
 * In a Web Worker: does jobs for the instance that has started it, in one of its own. To be called once, before anything is awaited.
 * @param imports functions for imports of the program's own, as load's
 */
export function serveJobs(imports: Imports = {}): void {
  if (serving) return;
  serving = true;
  const post = (message: unknown, transfer?: ArrayBuffer[]) => postMessage(message, transfer ?? []);
  work({ post, listen: (told) => addEventListener('message', ({ data }) => told(data)) }, parts, imports);
}

// Started by workers.ts itself.
if (name === 'cawait') serveJobs();
