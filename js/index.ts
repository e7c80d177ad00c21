// Owns: the public surface for pages and workers, and wherever fetch reaches the module.
// Must not know: the file system (node.ts).

import { loader } from './load.ts';
import { parts } from './parts.ts';

export type { AnyExports, App, Budget, Options, Stats } from './app.ts';
export type { Clock } from './clock.ts';
export type { Debug } from './debug.ts';
export type { CallOptions } from './exports.ts';
export type { Files } from './files.ts';
export type { Fetch } from './http.ts';
export type { LibcOptions } from './libc.ts';
export type { Source } from './load.ts';
export type { Place, Task } from './tasks.ts';
export { mockedClock } from './clock.ts';
export type { ErrorType } from './errors.ts';
export { CawError } from './errors.ts';

/**
 * Loads a module built with cawait and starts it.
 *
 *     const app = await load(new URL('./app.wasm', import.meta.url));
 *     const size = await app.exports.page_size('https://example.org/', { signal: AbortSignal.timeout(500) });
 */
export const load = loader({ parts, fetch: (url, init) => fetch(url, init) });
