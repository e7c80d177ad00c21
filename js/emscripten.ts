// Owns: a program inside Emscripten's own JavaScript: what its Module shows, when CAW_MAIN begins, what its end is: exit(), abort(), a trap.
// Must not know: how it was linked (wasm/emscripten/libcawait.js, which gives it the parts that the program has a use for).

import { connect, run, type App, type Used } from './run/app.ts';
import { CawError } from './base/errors.ts';
import type * as lateParts from './run/late.ts';
import { describe, field } from './base/look.ts';
import { Machine, type Exports, type Pointer } from './base/machine.ts';
import type { Parts } from './load/parts.ts';
import type { shared } from './shared.ts';
import type { suspension } from './suspend.ts';

/** What Emscripten has for it. */
export interface Surroundings {
  module: Record<string, unknown>;
  used: Used;
  late: typeof lateParts;
  close: Awaited<ReturnType<Parts['close']>>;
  /** As C's exit(), from outside of C. */
  exit(code: number): void;
  /** As C's abort(), from outside of C: onAbort is called, and none of Emscripten's callbacks enters the program any more. Throws. */
  abort(what: string): void;
  /** Looks whether the program is over: where Emscripten ends one that has nothing left to do (EXIT_RUNTIME). */
  idle?: () => void;
  /** Emscripten's own promises, where C awaits them or gives some out: the one that it knows by a number, and a number for one. */
  promises?: { of(id: number): Promise<unknown> | undefined; add(promise: Promise<unknown>): number };
  /** C's stack, where callbacks of C may be left by what JavaScript throws. */
  stack?: { save(): number; restore(to: number): void };
  /** Where C may be suspended as a whole (Asyncify, JSPI). */
  suspended?: ReturnType<typeof suspension>;
  /** Where there are threads. */
  shared?: typeof shared;
  /** In another than the main one: the memory, once it is there. */
  elsewhere?: false | (() => WebAssembly.Memory);
}

/** Module.cawait: what load() gives, where that is not Emscripten's own affair. */
export type Program = App & { dispose(): void };

const CONTEXT = 8; // in Used
/** Imports for every thread. Values of JavaScript's are none, so nothing of theirs is dropped. */
const HERE_TOO = new Set(['now', 'log', 'js_drop', 'js_refuse', 'main_over']);
const INTERRUPTED = 130; // a shell's exit code after Ctrl-C

export function program(surroundings: Surroundings) {
  const { module, used, late, close, exit, abort, idle, promises, stack, suspended, shared, elsewhere } = surroundings;
  const failed = (error: unknown): never => {
    throw error;
  };
  if (!globalThis.process?.getBuiltinModule && !('AsyncContext' in globalThis)) used[CONTEXT] = undefined;
  const machine = new Machine(late.reporter(undefined), late);
  const threads = shared?.(machine);
  const ready = connect(machine, used, {}, { close: () => close, failed }, late, undefined as never, {});
  const { awaited, called } = ready;
  const caw = ready.imports.caw as Record<string, (...args: never[]) => unknown>;

  // exit() in C comes out as an ExitStatus, thrown where nothing else is. A trap is the program's end as abort() is: who waits is told
  // first.
  const trapped = machine.failed;
  let told = false;
  machine.onEnd.push(() => (told = true));
  machine.failed = (error) => {
    if (field(error, 'name') === 'ExitStatus') over(field(error, 'status') as number);
    const trap = !told;
    const why = trapped(suspended ? suspended.explained(error) : error);
    told = true;
    try {
      if (trap) abort(describe(error));
    } catch {
      // As abort() does.
    }
    return why;
  };

  /** The other half of wasm/emscripten/promise.c. What an em_promise_t comes to are numbers, void * in C. */
  function own({ of, add }: NonNullable<Surroundings['promises']>): Record<string, (id: number) => number> {
    const number = (value: unknown) => (typeof value === 'number' ? value : 0);
    const outcome = ({ scratch, view }: Machine): number => {
      const value = view.call(machine).getInt32(scratch + 8, true);
      if (view.call(machine).getUint32(scratch + 4, true)) throw value;
      return value;
    };
    return {
      em_promise(id) {
        const promise = of(id);
        return promise ? machine.handles.add(promise) : 0;
      },
      em_promise_new() {
        const { slot, promise } = called.promise(outcome);
        machine.view().setUint32(machine.scratch + 4, slot, true);
        return add(promise);
      },
      em_reason: (id) => number(machine.handles.held(id)),
    };
  }

  /** The other half of wasm/emscripten/promised.c. */
  function guarded({ save, restore }: NonNullable<Surroundings['stack']>) {
    return {
      em_call(callback: Pointer, argument: Pointer): number {
        const before = save();
        try {
          machine.x.caw_em_call(callback, argument);
          return 1;
        } catch (error) {
          // exit(), abort(), a trap
          if (machine.ended || field(error, 'name') === 'ExitStatus' || error instanceof WebAssembly.RuntimeError)
            throw error;
          restore(before);
          machine.view().setInt32(machine.scratch + 4, typeof error === 'number' ? error : 0, true);
          return 0;
        }
      },
      em_wait: (id: number) =>
        (machine.handles.held(id) as Promise<unknown>).then(
          () => 1,
          () => 1,
        ),
    };
  }

  function over(code: number): void {
    machine.end(new CawError('SystemExit', `the program ended itself with exit code ${code}`, { errno: code }));
  }

  /** CAW_MAIN, once its main() was called. */
  let main: (() => void) | undefined;
  let running = false;
  caw['main'] = () => main?.();

  /** Whether a turn was asked for, and the timer is armed. */
  let queued = false,
    armed = false;

  function watch(): void {
    const { wake, pause, arm } = caw as Record<string, (when?: number) => void>;
    caw['wake'] = () => ((queued = true), wake!());
    caw['pause'] = () => ((queued = true), pause!());
    caw['arm'] = (when: number) => ((armed = when < Infinity), arm!(when));
  }

  /** After each entry that a host's event has made. */
  function look(): void {
    const told = <E extends (...args: never[]) => unknown>(entry: E, before = () => {}): E =>
      // eslint-disable-next-line @typescript-eslint/no-explicit-any
      ((...args: any) => {
        before();
        const result = entry(...(args as never[]));
        idle!();
        return result;
      }) as E;
    const x: Exports = { ...machine.x };
    x.caw_timer = told(x.caw_timer, () => (armed = false));
    if (x.caw_settle) {
      x.caw_settle = told(x.caw_settle);
      x.caw_settle_error = told(x.caw_settle_error);
      machine.settleDouble = told(machine.settleDouble);
    }
    machine.x = x;
    machine.tick = told(machine.tick, () => (queued = false));
  }

  if (threads) Object.assign(caw, threads.imports);
  if (elsewhere) {
    machine.x = Object.defineProperty({} as Exports, 'memory', { get: elsewhere });
    for (const name of Object.keys(caw))
      if (!HERE_TOO.has(name))
        caw[name] = () =>
          abort(
            `cawait: ${name} was called in another thread than the main one, where JavaScript's half is: ` +
              'give that to its loop, by caw_call_soon_threadsafe or caw_run_coroutine_threadsafe',
          );
  }
  if (idle) watch();
  if (promises) Object.assign(caw, own(promises));
  if (stack) Object.assign(caw, guarded(stack));

  return {
    imports: caw,

    /** When the constructors have run, and before main does. */
    begin(exports: Exports): void {
      const start = called.main;
      called.main = (signal) =>
        new Promise((resolve) => {
          main = () => {
            main = undefined;
            running = true;
            resolve(start(signal));
          };
        });
      const app = run(ready, suspended ? suspended.entries(exports) : exports, {}) as Program;
      if (idle) look();
      app.done.then(
        (code) => {
          running = false;
          if (exports.caw_has_start && !machine.ended) exit(code);
        },
        (error) => {
          running = false;
          if (field(error, 'type') === 'SystemExit' && machine.ended) return; // by exit(), which was Emscripten's
          if (machine.ended) throw error; // seen as one that nobody has caught
          machine.report(`cawait: CAW_MAIN failed: ${describe(field(error, 'stack') ?? error)}`, 2);
          exit(field(error, 'name') === 'KeyboardInterrupt' ? INTERRUPTED : 1);
        },
      );
      for (const [name, exported] of Object.entries(app.exports)) {
        if (name in module)
          machine.report(
            `cawait: Module.${name} is Emscripten's: the exported function is Module.cawait.exports.${name}`,
            1,
          );
        else module[name] = exported;
      }
      app.dispose = app[Symbol.dispose];
      module['cawait'] = app;
    },

    /** Whether the program has anything left to do: then Emscripten does not end it. */
    busy: (): boolean => !machine.ended && (running || queued || armed || !!awaited?.live() || !!threads?.busy()),

    /** Emscripten's runtime ends. */
    over,

    /** abort() is called, in C or JavaScript: whoever waits is told, before the error is thrown. */
    aborted(error: unknown): unknown {
      const why = trapped(error);
      told = true;
      return why;
    },
  };
}
