// Owns: what load() is asked for, looked at before C is entered; a budget's numbers; callbacks of the program's that fail: onReport, a
// clock.
// Must not know: what becomes of it.

import type { Budget, Options } from './app.ts';
import type { Clock } from './clock.ts';
import { describe, field, what } from '../base/look.ts';
import type { Machine } from '../base/machine.ts';

const refuse = (why: string): never => {
  throw new TypeError(`load(): ${why}`);
};

/** The numbers of a budget, as C takes them: jobs, seconds. */
function budgetOf({ jobs = 10000, ms = 1 }: Partial<Budget>): [number, number] {
  for (const [name, value] of Object.entries({ jobs, ms }))
    if (typeof value !== 'number' || !(value >= 0)) throw new TypeError(`budget: its ${name} is ${what(value)}`);
  return [Math.min(Math.ceil(jobs), 0xffffffff), ms / 1000]; // up: 0 is no limit
}

/** A TypeError that names what is wrong. */
export function checkOptions(options: Options): void {
  const { signal, clock, budget } = options;
  if (signal !== undefined && typeof field(signal, 'throwIfAborted') !== 'function')
    refuse('its signal is no AbortSignal' + (field(signal, 'signal') ? ': give controller.signal' : ''));
  for (const name of ['now', 'setTimeout', 'clearTimeout'])
    if (clock !== undefined && typeof field(clock, name) !== 'function') refuse(`its clock has no ${name}()`);
  for (const name of ['onReport', 'print', 'printErr', 'stdout', 'stderr', 'stdin', 'worker'] as const) {
    const given: unknown = options[name];
    if (given !== undefined && typeof given !== 'function') refuse(`its ${name} is ${what(given)}, not a function`);
  }
  if (budget !== undefined) budgetOf(budget);
}

interface Armed {
  by: Clock;
  timer: unknown;
}

/**
 * The program's clock. What it throws must not come between C and those who wait, nor may they wait for ever: that is said, and from
 * then on it is the host's, from where it stood.
 */
export function guardedClock(machine: Machine, clock: Clock, host: Clock): Clock {
  let time = 0;
  function given<T>(ask: (clock: Clock) => T, instead = ask): T {
    try {
      return ask(clock);
    } catch (error) {
      machine.report(`cawait: the clock of load() failed, and is the host's from now on: ${describe(error)}`, 2);
      const behind = time - host.now();
      clock = { ...host, now: () => host.now() + behind };
      return instead(clock);
    }
  }
  const now = (clock: Clock): number => {
    const ms = clock.now();
    if (!Number.isFinite(ms)) throw new TypeError(`its time is ${what(ms)}`);
    return ms;
  };
  return {
    now: () => (time = given(now)),
    setTimeout(callback, ms): Armed {
      const arm = (by: Clock) => ({ by, timer: by.setTimeout(callback, ms) });
      return given(arm);
    },
    clearTimeout(armed: Armed | undefined) {
      if (armed)
        given(
          () => armed.by.clearTimeout(armed.timer as never),
          () => {},
        );
    },
  };
}

const LEVELS = ['info', 'warn', 'error'] as const;
const log = (text: string, level: number) => console[LEVELS[level]!](text);

/** Tells the developer. What onReport throws is its own affair: it must not come between C and those who wait. */
export function reporter(onReport: Options['onReport'] = log): Machine['report'] {
  return (text, level) => {
    try {
      onReport(text, level);
    } catch (error) {
      try {
        console.error('cawait: onReport threw', error);
      } catch {
        // There are tests in which the console throws.
      }
    }
  };
}

/** app.setBudget(). */
export const budgeting =
  (machine: Machine) =>
  (budget: Partial<Budget>): void => {
    const numbers = budgetOf(budget);
    machine.enter(() => machine.x.caw_budget(...numbers));
  };
