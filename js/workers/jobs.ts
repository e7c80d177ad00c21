// Owns: what goes between an instance and the workers of its executors.
// Must not know: either side, workers.ts and job.ts.

import type { Options } from '../run/app.ts';

/** The first message to a worker; every other is a job, or a memo for the one that goes on. */
export interface Begin {
  module: WebAssembly.Module;
  /** Whether the job is cancelled, where memory can be shared. */
  flag: Int32Array | undefined;
  options: Pick<Options, 'args' | 'env' | 'files' | 'preopens'>;
}

export interface Memo {
  memo: Uint8Array<ArrayBuffer>;
}

/** For the work that goes on: it is joined with another worker's. */
export interface Join {
  join: number;
  port: MessagePort;
  /** What the other hears when this one's work is over. */
  last: Uint8Array<ArrayBuffer>;
}

/** Home says instead of a worker that was ended what that would have said last. */
export interface Gone {
  gone: number;
  last: Uint8Array<ArrayBuffer>;
}

/** As onReport is told it. */
export interface Report {
  report: string;
  level: number;
}

/** What a worker says: an answer; a memo for whom it works; a line that was printed; a report; why it is lost. */
export type Told = Uint8Array<ArrayBuffer> | Memo | { line: string; error: boolean } | Report | string;

/** In the flag. */
export const CANCELLATION = 0;

/** Beyond so many bytes it is quicker to hand a buffer over than to copy it. */
export const SMALL = 16384;
