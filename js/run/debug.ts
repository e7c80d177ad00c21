// Owns: what a developer is told beyond errors, by load(source, { debug }): steps that are slow, tasks that nothing seems to wake, promises
// that stay pending. It looks now and then; between its looks nothing is slower.
// Must not know: how tasks are read (tasks.ts), or what may be wrong with a program that C itself can see (the checked build).

import type { App, Options } from './app.ts';
import type { Clock } from './clock.ts';
import type { Machine } from '../base/machine.ts';
import { taskTree } from './task-text.ts';
import type { Task } from './tasks.ts';

export interface Debug {
  /** A step or callback of C's that takes longer is reported by name; milliseconds, default 100. Needs a checked build. */
  slow?: number;
  /** A task that has waited for one promise so long is reported, once; milliseconds, default 0: none is. */
  pending?: number;
}

const EVERY = 500; // milliseconds; what two looks in a row see the same has not moved

/** What there is to ask for: a word that is misspelt is told here, not looked for in each load of each page. */
const OPTIONS: Record<keyof Options, true> = {
  ...{
    args: true,
    env: true,
    print: true,
    printErr: true,
    stdin: true,
    stdout: true,
    stderr: true,
    files: true,
    preopens: true,
  },
  ...{ onReport: true, budget: true, debug: true, fresh: true, clock: true, signal: true, worker: true, imports: true },
};
const OWN: Record<keyof Debug, true> = { slow: true, pending: true };

/** Where a task stands, innermost first. */
const standing = ({ calls }: Task): string =>
  calls.map(({ function: name, file, line }) => `${name} (${file}:${line})`).join(' < ');

/** Begins to look; ends with the instance, and keeps no process alive. @internal */
export function debugging(machine: Machine, app: App<object>, options: Options, clock: Clock): void {
  const { debug } = options;
  const { slow = 100, pending = 0 } = debug as Debug; // true has neither
  for (const name of Object.keys(options))
    if (!Object.hasOwn(OPTIONS, name)) machine.report(`cawait: debug: load() has no option ${name}`, 1);
  for (const name of Object.keys(Object(debug)))
    if (!Object.hasOwn(OWN, name)) machine.report(`cawait: debug: there is nothing called ${name} in debug`, 1);
  if (machine.x.caw_debug) machine.enter(() => machine.x.caw_debug!(slow / 1000));
  else machine.report('cawait: debug: slow steps are seen in a checked build only: cawait build --checked', 0);

  /** Since when a task has waited for what it waits for; undefined: it was told. */
  const since = new Map<string, number | undefined>();
  let before = '';
  let told = '';

  function stuck(tasks: Task[]): void {
    const { promises, timers } = app.stats();
    const awaits = promises || timers || machine.awaits?.some((isIt) => isIt());
    const waiting = tasks.length > 0 && !awaits && tasks.every(({ state }) => state === 'waiting');
    const now = waiting ? JSON.stringify(tasks) : '';
    if (now && now === before && now !== told) {
      told = now;
      machine.report(
        'cawait: a deadlock, unless an exported function is still to be called: every task waits for what only C can bring, and ' +
          `nothing of the host's is on its way:\n${taskTree(tasks)}`,
        1,
      );
    }
    before = now;
  }

  function late(tasks: Task[]): void {
    const seen = new Set<string>();
    for (const task of tasks) {
      if (task.waitsFor !== 'Promise') continue;
      const key = `${task.id} ${standing(task)}`;
      seen.add(key);
      if (!since.has(key)) since.set(key, clock.now());
      const start = since.get(key);
      if (start === undefined || clock.now() - start < pending) continue;
      since.set(key, undefined);
      const seconds = ((clock.now() - start) / 1000).toFixed(1);
      machine.report(`cawait: ${task.name} has waited ${seconds} s for a promise, in ${standing(task)}`, 1);
    }
    for (const key of since.keys()) if (!seen.has(key)) since.delete(key);
  }

  let timer: unknown;
  function look(): void {
    if (machine.ended) return;
    // In the middle of C, when a timer of a test fires there: another time.
    if (!machine.x.caw_busy()) {
      const tasks = app.tasks();
      stuck(tasks);
      if (pending) late(tasks);
    }
    timer = clock.setTimeout(look, EVERY);
    (timer as { unref?: () => void } | undefined)?.unref?.();
  }
  look();
  machine.onEnd.push(() => clock.clearTimeout(timer as never));
}
