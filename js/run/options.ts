// Owns: what load() is asked for, looked at before C is entered; a budget's numbers; callbacks of the program's that fail: onReport, a
// clock.
// Must not know: what becomes of it.

import type { Budget, Options } from './app.ts';
import type { Clock } from './clock.ts';
import type { Debug } from './debug.ts';
import { describe, field, what } from '../base/look.ts';
import type { Machine } from '../base/machine.ts';

const refuse = (why: string): never => {
  throw new TypeError(`load(): ${why}`);
};

function numbersIn(name: string, numbers: object): void {
  for (const [key, value] of Object.entries(numbers))
    if (typeof value !== 'number' || !(value >= 0)) throw new TypeError(`${name}: its ${key} is ${what(value)}`);
}

/** The numbers of a budget, as C takes them: jobs, seconds. */
function budgetOf(budget: Partial<Budget>): [number, number] {
  if (what(budget) !== 'an object (Object)') throw new TypeError(`budget: it is ${what(budget)}, not an object`);
  const { jobs = 10000, ms = 1 } = budget;
  numbersIn('budget', { jobs, ms });
  return [Math.min(Math.ceil(jobs), 0xffffffff), ms / 1000]; // up: 0 is no limit
}

/** What C sees as text that ends with a NUL. */
function checkText(name: string, text: unknown): void {
  if (text === undefined || /object|symbol|function/.test(typeof text))
    refuse(`its ${name} is ${what(text)}, not a string`);
  if (String(text).includes('\0')) refuse(`its ${name} has a NUL inside, which would be its end in C`);
}

function checkObject(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) refuse(`its ${name} is ${what(value)}, not an object`);
}

/** A TypeError that names what is wrong. */
export function checkOptions(options: Options): void {
  const { signal, clock, budget, args, env, imports, debug } = Object(options) as Options;
  if (signal === undefined && what(options) !== 'an object (Object)')
    refuse(`its options are an object, {signal, print, ...}; got ${what(options)}`);
  if (signal !== undefined && typeof field(signal, 'throwIfAborted') !== 'function')
    refuse('its signal is no AbortSignal' + (field(signal, 'signal') ? ': give controller.signal' : ''));
  for (const name of ['now', 'setTimeout', 'clearTimeout'])
    if (clock !== undefined && typeof field(clock, name) !== 'function') refuse(`its clock has no ${name}()`);
  for (const name of ['onReport', 'print', 'printErr', 'stdout', 'stderr', 'stdin', 'worker'] as const) {
    const given: unknown = options[name];
    if (given !== undefined && typeof given !== 'function') refuse(`its ${name} is ${what(given)}, not a function`);
  }
  if (budget !== undefined) budgetOf(budget);
  if (args !== undefined) {
    if (!Array.isArray(args)) refuse(`its args is ${what(args)}, not an array`);
    for (const [n, arg] of args.entries()) checkText(`args[${n}]`, arg);
  }
  if (env !== undefined) {
    checkObject('env', env);
    for (const [name, value] of Object.entries(env)) {
      checkText('env', name);
      checkText(`env.${name}`, value);
    }
  }
  if (imports !== undefined) {
    checkObject('imports', imports);
    for (const [name, functions] of Object.entries(imports)) checkObject(`imports.${name}`, functions);
  }
  if (debug !== undefined && typeof debug !== 'boolean') {
    checkObject('debug', debug);
    const { slow = 0, pending = 0 } = debug as Debug;
    numbersIn('load(): debug', { slow, pending });
  }
}

const nothing = () => {};

interface Armed {
  by: Clock;
  timer: unknown;
  unref(): void;
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
      const arm = (by: Clock) => {
        const timer = by.setTimeout(callback, ms) as { unref?(): void } | undefined;
        return { by, timer, unref: () => given(() => timer?.unref?.(), nothing) };
      };
      return given(arm);
    },
    clearTimeout(armed: Armed | undefined) {
      if (armed) given(() => armed.by.clearTimeout(armed.timer as never), nothing);
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
