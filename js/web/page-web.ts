// Owns: the same as web.ts, with workers that a page, or another worker, starts by their address beside this file.
// Must not know: how they work.

import { webImports as withoutWorkers } from './web.ts';
import { executorImports, workerHost } from '../workers/workers.ts';

export { serve } from './web.ts';

// Before anybody replaces it; a service worker has none. Bundlers look for `new Worker(new URL(...))`.
const { Worker } = globalThis;
const start = () => new Worker(new URL('../worker.js', import.meta.url), { type: 'module', name: 'cawait' });

export const webImports: typeof withoutWorkers = (machine, failing, module, options) => ({
  ...withoutWorkers(machine, failing, module, options),
  ...executorImports(machine, module, options, workerHost(options.worker ?? (Worker && start))),
});
