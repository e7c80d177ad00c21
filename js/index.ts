// Owns: the public surface for pages and workers, and wherever fetch reaches the module.
// Must not know: the file system (node.ts).

import { loader } from './load/load.ts';
import { parts } from './load/parts.ts';

export type { AnyExports, App, Budget, Options, Stats } from './run/app.ts';
export type { Clock } from './run/clock.ts';
export type { Debug } from './run/debug.ts';
export type { CallOptions } from './bridge/exports.ts';
export type { Files } from './libc/files.ts';
export type { Fetch } from './web/http.ts';
export type { LibcOptions } from './libc/libc.ts';
export type { Source } from './load/load.ts';
export type { Place, Task } from './run/tasks.ts';
export { mockedClock } from './run/clock.ts';
export type { ErrorType } from './base/errors.ts';
export { CawError } from './base/errors.ts';

/**
 * Loads a module built with cawait and starts it.
 *
 *     const app = await load(new URL('./app.wasm', import.meta.url));
 *     const size = await app.exports.page_size('https://example.org/', { signal: AbortSignal.timeout(500) });
 */
export const load = loader({ parts, fetch: (url, init) => fetch(url, init) });
