// Owns: one running program as its user holds it: exports, done, statistics, tasks, disposal.
// Must not know: where the module came from (load.ts).

import { CawError, failures } from './errors.ts';
import { calls } from './exports.ts';
import { hostImports } from './host.ts';
import type { LibcOptions } from './libc.ts';
import { Machine, type Exports } from './machine.ts';

/** What the loop may do in one turn before it gives way to the page. */
export interface Budget {
  /** Steps and callbacks; 0: no limit. Default 10000. */
  jobs: number;
  /** Milliseconds; 0: no limit. Default 2. */
  ms: number;
}

export interface Options extends LibcOptions {
  /** Reports of the runtime (errors nobody retrieved, deadlocks, traps); level 0 information, 1 warning, 2 error. Default: console. */
  onReport?: (text: string, level: number) => void;
  budget?: Partial<Budget>;
  /** Functions for imports of the program's own, by module and name. */
  imports?: WebAssembly.Imports;
}

/** What is alive; all zero once everything was awaited and released, but for `bytes`. */
export interface Stats {
  /** JavaScript values held by C. */
  handles: number;
  /** Promises that C waits for. */
  promises: number;
  /** Calls of exported functions that have not ended, CAW_MAIN among them. */
  calls: number;
  /** Suspended or unstarted async functions. */
  frames: number;
  /** Other objects: futures, tasks, strings, errors. */
  blocks: number;
  /** Armed host timers: 0 or 1. */
  timers: number;
  /** Memory that the runtime took from malloc; it is pooled, so it stays. */
  bytes: number;
}

/** The exported functions, as a .d.ts generated from the module (npx cawait types) says; by default any. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyExports = Record<string, (...args: any[]) => Promise<any>>;

export interface App<E extends object = AnyExports> {
  readonly exports: E;
  /** The int of CAW_MAIN's function; 0 if there is none. Rejected when it failed or the program cannot go on. */
  readonly done: Promise<number>;
  stats(): Stats;
  /** A line for each task that has not ended: its name, where it is, what it waits for. */
  tasks(): string[];
  setBudget(budget: Partial<Budget>): void;
  /** Cancels what is pending, rejects every promise outstanding, releases handles and timers. Nothing happens the second time. */
  [Symbol.dispose](): void;
}

// Node 20 may be without it, and so are older browsers; `using` needs it there as well.
(Symbol as { dispose: symbol }).dispose ??= Symbol('Symbol.dispose');

const BUFFER = 512;
const instances = new Set<WeakRef<Machine>>();

/** The process has nothing left to do: reports the tasks that can never go on. */
export function reportDeadlocks(): void {
  for (const instance of instances) {
    const machine = instance.deref();
    if (!machine || machine.ended) instances.delete(instance);
    else machine.x.caw_deadlock();
  }
}

function report({ onReport }: Options): Machine['report'] {
  const sinks = [console.info, console.warn, console.error];
  return (level, text) => (onReport ? onReport(text, level) : sinks[level]?.call(console, text));
}

/** The bridge of a module that awaits no promise. */
const NO_PROMISES = { imports: {}, forget() {}, live: () => 0 };

/**
 * A module's parts before it runs: the machine, and what it imports. The halves of the bridge that it does not import are not
 * even loaded: of 10 KB a module that only exports functions takes 6.
 */
export async function prepare(module: WebAssembly.Module, options: Options) {
  const machine = new Machine(report(options));
  const failing = failures(machine);
  const called = calls(machine);
  const all = WebAssembly.Module.imports(module);
  const wanted = all.filter(({ module: from }) => from === 'caw');
  const wants = (names: RegExp) => wanted.some(({ name }) => names.test(name));
  const fetches = wants(/^fetch/);
  const [libc, values, functions, promises, fetching] = await Promise.all([
    wanted.length < all.length ? import('./libc.ts') : undefined,
    wants(/^js_(?!drop|error|refuse|function|dispose)/) ? import('./values.ts') : undefined,
    wants(/^js_(function|dispose)/) ? import('./function.ts') : undefined,
    fetches || wants(/^promise/) ? import('./promise.ts') : undefined,
    fetches ? import('./fetch.ts') : undefined,
  ]);
  const awaiting = promises?.promises(machine, failing.fail);
  const awaited = awaiting ?? NO_PROMISES;
  const imports = {
    caw: {
      ...hostImports(machine),
      ...failing.imports,
      ...called.imports,
      ...values?.valueImports(machine, failing),
      ...functions?.functionImports(machine, failing),
      ...awaited.imports,
      ...(awaiting && fetching?.fetchImports(machine, awaiting, failing.fail)),
    },
    wasi_snapshot_preview1: libc?.libcImports(machine, options) ?? {},
  };
  return { machine, awaited, called, imports };
}

/** Runs an instance: its constructors, then CAW_MAIN. */
export function run<E extends object>(
  { machine, awaited, called }: Awaited<ReturnType<typeof prepare>>,
  exports: Exports,
  options: Options,
): App<E> {
  machine.start(exports);
  instances.add(new WeakRef(machine));
  const x = machine.x;
  const enter = <T>(entry: () => T): T => {
    if (machine.ended) throw machine.ended;
    try {
      return entry();
    } catch (error) {
      throw machine.failed(error);
    }
  };
  const setBudget = ({ jobs = 10000, ms = 2 }: Partial<Budget>) => enter(() => x.caw_set_budget(jobs, ms / 1000));

  enter(() => x._initialize?.());
  if (options.budget) setBudget(options.budget);
  const functions = called.functions();
  // The C library keeps what was printed without an end of line until it is told that the program is over.
  const flush = () => {
    if (machine.ended) return;
    enter(() => x.caw_flush());
    machine.flush();
  };
  const done = x.caw_has_start?.() ? called.main().finally(flush) : Promise.resolve(0);
  // A main that fails must be seen, but an instance that ends under it is reported by itself.
  machine.onEnd.push(() => done.catch(() => {}));

  return {
    exports: functions as E,
    done,
    stats() {
      const counts = { handles: machine.handles.live, promises: awaited.live(), calls: called.live() };
      if (machine.ended) return { ...counts, frames: 0, blocks: 0, timers: 0, bytes: 0 };
      x.caw_stats();
      const [frames, blocks, bytes, timers] = [0, 4, 8, 12].map((at) =>
        machine.view().getUint32(machine.scratch + at, true),
      );
      return { ...counts, frames: frames!, blocks: blocks!, timers: timers!, bytes: bytes! };
    },
    tasks() {
      const lines: string[] = [];
      if (machine.ended) return lines;
      const buffer = machine.alloc(BUFFER);
      while (enter(() => x.caw_task(lines.length, buffer, BUFFER))) lines.push(machine.name(buffer));
      x.caw_free(buffer);
      return lines;
    },
    setBudget,
    [Symbol.dispose]() {
      if (machine.ended) return;
      if (x.caw_busy())
        throw new CawError('RuntimeError', 'an instance cannot be disposed of from inside its own C code');
      enter(() => {
        awaited.forget();
        x.caw_end();
        awaited.forget(); // what cleanup has begun to wait for
      });
      machine.end(new CawError('Disposed', 'the instance was disposed of'));
      machine.handles.clear();
    },
  };
}
