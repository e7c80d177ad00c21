// Owns: what an instance's time is, and the time of test libraries.
// Must not know: who asks (host.ts).

/** Where an instance has its time from. */
export interface Clock {
  /** Milliseconds, from any beginning; never goes back. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: never): void;
}

/**
 * The time that a test library has put in place of the host's, at each moment the present one: for load(url, { clock: mockedClock() })
 * with the fake timers of vitest, Jest, sinon or node:test. Those tell the time by Date.now(), too.
 */
export const mockedClock = (): Clock => ({
  now: () => Date.now(),
  setTimeout: (callback, ms) => globalThis.setTimeout(callback, ms),
  clearTimeout: (timer) => globalThis.clearTimeout(timer),
});
