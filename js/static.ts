// Owns: the public surface for places that forbid import() (service workers, worklets, extensions), and for bundles of one file.
// Must not know: how else parts are got (parts.ts).

import type { AnyExports, App, Options } from './run/app.ts';
import * as close from './run/close.ts';
import * as compound from './bridge/compound.ts';
import * as context from './bridge/context.ts';
import * as debug from './run/debug.ts';
import { CawError } from './base/errors.ts';
import * as exports from './bridge/exports.ts';
import * as failures from './bridge/failures.ts';
import * as files from './libc/files.ts';
import * as fetching from './web/fetch.ts';
import * as functions from './bridge/function.ts';
import * as interrupt from './run/interrupt.ts';
import * as late from './run/late.ts';
import * as libc from './libc/libc.ts';
import { loader, type Source } from './load/load.ts';
import type { Parts } from './load/parts.ts';
import * as promise from './bridge/promise.ts';
import * as refusal from './load/refusal.ts';
import { codec, hasCodec } from './base/text.ts';
import { Utf8Decoder, Utf8Encoder } from './base/utf8.ts';
import * as values from './bridge/values.ts';
import * as web from './web/web.ts';

export type * from './index.ts';
export { mockedClock } from './run/clock.ts';
export { tickedClock, type TickedClock } from './run/ticked.ts';
export { CawError };

// Worklets have none.
if (!hasCodec) codec(Utf8Decoder, Utf8Encoder);

const parts: Parts = {
  late: () => late,
  libc: () => libc,
  files: () => files,
  exports: () => exports,
  compound: () => compound,
  failures: () => failures,
  values: () => values,
  function: () => functions,
  promise: () => promise,
  fetch: () => fetching,
  web: () => web,
  interrupt: () => interrupt,
  context: () => context,
  close: () => close,
  debug: () => debug,
  refusal: () => refusal,
  failed: (error) => {
    throw error;
  },
};

const start = loader({ parts, fetch: (url, init) => fetch(url, init) });

/**
 * As the one of index.ts, without import(). In a worklet, which has neither fetch nor timers, it is given a module or its bytes, and a
 * clock: tickedClock().
 */
export async function load<E extends object = AnyExports>(source: Source, options: Options = {}): Promise<App<E>> {
  if (!options.clock && !globalThis.setTimeout)
    throw new CawError('LoadError', 'cawait: there are no timers here: load(source, { clock: tickedClock(...) })');
  return start(source, options);
}
