// Owns: the patient end of an instance, as asyncio.run's: what is left is cancelled and waited for, then the async generators are
// closed, and that again as long as cleanup makes tasks.
// Must not know: the end itself (app.ts). Loaded only when an instance is closed so. Its other half is wasm/js/generators.c.

import { describe, field } from '../base/look.ts';
import type { Exports, Machine, Pointer } from '../base/machine.ts';

const ROUNDS = 100; // cleanup may make tasks for ever

/** Where an object has its count, as in src/include/cawait/base.h. */
const REFERENCES = 4;

type Entry = (...args: never[]) => unknown;

/** Settles when every task has ended, or the instance has; `main`: CAW_MAIN's promise, while it is pending. */
export async function close(machine: Machine, main: Promise<unknown> | false | undefined): Promise<void> {
  let tell = () => {};

  /** Tasks end in these entries. C calls JavaScript in the middle of them: the look comes when they are over. */
  function watch(): void {
    const told = <E extends Entry>(entry: E): E =>
      ((...args) => {
        const result = entry(...args);
        tell();
        return result;
      }) as E;
    const x: Exports = { ...machine.x };
    x.caw_timer = told(x.caw_timer);
    x.caw_settle = told(x.caw_settle);
    x.caw_settle_error = told(x.caw_settle_error);
    machine.x = x;
    machine.tick = told(machine.tick);
    machine.settleDouble = told(machine.settleDouble);
    machine.onEnd.push(() => tell());
  }

  function tasks(): Pointer[] {
    const all: Pointer[] = [];
    for (let task = 0; (task = machine.x.caw_task(task) >>> 0);) all.push(task);
    return all;
  }

  function hold(task: Pointer): void {
    machine.view().setUint32(task + REFERENCES, machine.word(task + REFERENCES) + 1, true);
  }

  if (machine.ended) return;
  const { cancelled } = machine;
  // Nobody need look at it any more; and who does must not be told by an unhandled rejection as well.
  if (main)
    main.catch((error) => {
      if (field(error, 'name') !== 'AbortError')
        machine.report(`cawait: CAW_MAIN failed when the instance was disposed of: ${describe(error)}`, 2);
    });
  watch();
  for (let round = 0; round < ROUNDS && !machine.ended; round++) {
    machine.cancelled = `${cancelled}: the instance is being disposed of`;
    // Those that are asked now, not what they make meanwhile. Held: else that could have the place of one that has ended.
    let all = tasks();
    if (!all.length) {
      if (!machine.x.caw_generators?.()) return;
      all = tasks(); // the one that closes them
      for (const task of all) hold(task);
    } else {
      for (const task of all) hold(task);
      for (const task of all) if (!machine.ended) machine.enter(() => machine.x.caw_cancel(task));
    }
    const asked = new Set(all);
    await new Promise<void>((resolve) => {
      // The oldest comes first.
      tell = () => {
        if (machine.ended || !asked.has(machine.x.caw_task(0) >>> 0)) resolve();
      };
      tell();
    });
    for (const task of all) if (!machine.ended) machine.enter(() => machine.x.caw_release(task));
  }
}
