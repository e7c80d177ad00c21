// Owns: a clock whose timers run when the program says so: for places without timers, such as an AudioWorklet.
// Must not know: who asks (host.ts).

import type { Clock } from './clock.ts';

export interface TickedClock extends Clock {
  /** Runs the timers that are due. */
  tick(): void;
}

/**
 * A clock that tells the time by `now` (milliseconds), and whose timers run in its tick(). In an AudioWorklet:
 *
 *     const clock = tickedClock(() => currentTime * 1000);
 *     class Player extends AudioWorkletProcessor {
 *       process() { clock.tick(); ... return true; }
 *     }
 */
export function tickedClock(now: () => number): TickedClock {
  const timers = new Set<{ when: number; callback: () => void }>();
  return {
    now,
    setTimeout(callback, ms) {
      const timer = { when: now() + ms, callback };
      timers.add(timer);
      return timer;
    },
    clearTimeout: (timer) => timers.delete(timer),
    tick() {
      const time = now();
      const due = [...timers].filter(({ when }) => when <= time).sort((a, b) => a.when - b.when);
      // One may take another away, and what one sets waits for the next tick.
      for (const timer of due) if (timers.delete(timer)) timer.callback();
    },
  };
}
