// Owns: the same as web.ts, with the sockets and workers of Node, Deno and Bun.
// Must not know: how they work.

import { workerHost } from '../workers/node-workers.ts';
import { socketImports } from '../net/sockets.ts';
import { webImports as pageImports } from './web.ts';
import { executorImports } from '../workers/workers.ts';

export { serve } from './web.ts';

export const webImports: typeof pageImports = (machine, failing, module, options) => ({
  ...pageImports(machine, failing, module, options),
  ...socketImports(machine),
  ...executorImports(machine, module, options, workerHost(options.worker)),
});
