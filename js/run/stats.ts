// Owns: how much of what is alive in an instance.
// Must not know: what of it is a leak. Its other half is caw_stats of wasm/js/host.c.

import type { Stats } from './app.ts';
import type { Calls } from '../bridge/calls.ts';
import type { Machine } from '../base/machine.ts';
import type { Promises } from '../bridge/promise.ts';

export function readStats(machine: Machine, called: Calls, awaited: Promises | undefined): Stats {
  if (!machine.ended) machine.x.caw_stats();
  const count = (n: number) => (machine.ended ? 0 : machine.word(machine.scratch + 4 * n));
  return {
    handles: machine.handles.live,
    promises: awaited?.live() ?? 0,
    calls: called.live(),
    frames: count(0),
    blocks: count(1) - count(2), // the loops: they are the instance's own
    timers: count(4),
    bytes: count(3),
  };
}
