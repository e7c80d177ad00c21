// Owns: HTTP for C: fetch, and reading a response as text, bytes or chunk by chunk.
// Must not know: how a promise reaches C (promise.ts). Its other half is wasm/js/fetch.c.

import type { Machine } from './machine.ts';
import type { Promises } from './promise.ts';

export function fetchImports(
  _machine: Machine,
  _awaited: Promises,
  _fail: (error: unknown) => 0,
): WebAssembly.ModuleImports {
  return {};
}
