// Owns: calls of plain functions of C: the value, or what is thrown, at once.
// Must not know: what is called and with what (exports.ts).

import type { Machine } from '../base/machine.ts';
import { takeError } from './raised.ts';
import type { Reader } from './wire.ts';

/** What a start answers, as in wasm/js/export.c. */
const FAILED = 1,
  KEPT = 2;

/** Calls what `begin` starts, as the `run` of calls.ts. */
export function callNow(machine: Machine, read: Reader, begin: (args: unknown[]) => number, args: unknown[]): unknown {
  let status;
  try {
    status = begin(args);
  } catch (error) {
    if (!machine.refused) {
      machine.ended ||= error || true;
      throw machine.failed(error);
    }
    machine.refused = false;
    throw error;
  }
  if (status === FAILED) throw takeError(machine);
  try {
    return read(machine);
  } finally {
    if (status === KEPT) machine.x.caw_result();
  }
}
