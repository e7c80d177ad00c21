// Owns: the public surface for places that forbid import() (service workers, worklets, extensions), and for bundles of one file.
// Must not know: how else parts are got (parts.ts).

import type { AnyExports, App, Options } from './app.ts';
import * as close from './close.ts';
import * as compound from './compound.ts';
import * as context from './context.ts';
import * as debug from './debug.ts';
import { CawError } from './errors.ts';
import * as exports from './exports.ts';
import * as failures from './failures.ts';
import * as files from './files.ts';
import * as fetching from './fetch.ts';
import * as functions from './function.ts';
import * as interrupt from './interrupt.ts';
import * as late from './late.ts';
import * as libc from './libc.ts';
import { loader, type Source } from './load.ts';
import type { Parts } from './parts.ts';
import * as promise from './promise.ts';
import * as refusal from './refusal.ts';
import { codec, hasCodec } from './text.ts';
import { Utf8Decoder, Utf8Encoder } from './utf8.ts';
import * as values from './values.ts';
import * as web from './web.ts';

export type * from './index.ts';
export { mockedClock } from './clock.ts';
export { tickedClock, type TickedClock } from './ticked.ts';
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
