// Owns: what programs need of the web's streams and of HTTP as servers, in one part: who serves streams, as a rule.
// Must not know: either.

import type { Failures } from './failures.ts';
import { handler, httpImports, type Fetch } from './http.ts';
import type { Machine } from './machine.ts';
import { webStreamImports } from './web_stream.ts';

export const webImports = (machine: Machine, failing: Failures): WebAssembly.ModuleImports => ({
  ...webStreamImports(machine, failing),
  ...httpImports(machine, failing),
});

/** Gives an instance its `fetch`, if the program has a handler. */
export function serve(app: { exports: object; fetch: Fetch }, machine: Machine): void {
  const fetch = handler(machine, app.exports as never);
  if (fetch) (app as { fetch: Fetch }).fetch = fetch;
}
