// Owns: the same as web.ts, with the sockets of Node, Deno and Bun.
// Must not know: how they work.

import type { Failures } from './failures.ts';
import type { Machine } from './machine.ts';
import { socketImports } from './sockets.ts';
import { webImports as pageImports } from './web.ts';

export { serve } from './web.ts';

export const webImports = (machine: Machine, failing: Failures | undefined): WebAssembly.ModuleImports => ({
  ...pageImports(machine, failing),
  ...socketImports(machine),
});
