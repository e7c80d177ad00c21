// Owns: what programs need of the web's streams, of HTTP as servers, of sockets and of workers, in one part: who serves streams, as a rule.
// Must not know: any of them.

import type { Options } from '../run/app.ts';
import type { Failures } from '../bridge/failures.ts';
import { handler, httpImports, type Fetch } from './http.ts';
import type { Machine } from '../base/machine.ts';
import { socketImports } from '../net/no_sockets.ts';
import { webStreamImports } from './web_stream.ts';
import { executorImports, workerHost } from '../workers/workers.ts';

export const webImports = (
  machine: Machine,
  failing: Failures | undefined,
  module: WebAssembly.Module,
  options: Options,
): WebAssembly.ModuleImports => ({
  ...(failing && webStreamImports(machine, failing)),
  ...(failing && httpImports(machine, failing)),
  ...socketImports(),
  ...executorImports(machine, module, options, workerHost(options.worker)),
});

/** Gives an instance its `fetch`, if the program has a handler. */
export function serve(app: { exports: object; fetch: Fetch }, machine: Machine): void {
  const fetch = handler(machine, app.exports as never);
  if (fetch) (app as { fetch: Fetch }).fetch = fetch;
}
