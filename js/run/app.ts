// Owns: one running program as its user holds it: exports, done, statistics, tasks, disposal.
// Must not know: where the module came from (load.ts).

import { calls } from '../bridge/calls.ts';
import type { Clock } from './clock.ts';
import type { Debug } from './debug.ts';
import { CawError } from '../base/errors.ts';
import { hostClock, hostImports } from './host.ts';
import type { Fetch } from '../web/http.ts';
import type { LibcOptions } from '../libc/libc.ts';
import { field } from '../base/look.ts';
import { Machine, type Exports } from '../base/machine.ts';
import type { Parts } from '../load/parts.ts';
import type { Task } from './tasks.ts';

/** What the loop may do in one turn before it gives way to the page. */
export interface Budget {
  /** Steps and callbacks; 0: no limit. Default 10000. */
  jobs: number;
  /** Milliseconds; 0: no limit. Default 1. */
  ms: number;
}

/** WebAssembly.Imports, which not every library of TypeScript's has. */
export type Imports = Readonly<Record<string, Readonly<Record<string, object | number>>>>;

export interface Options extends LibcOptions {
  /** Reports of the runtime (errors nobody retrieved, deadlocks, traps); level 0 information, 1 warning, 2 error. Default: console. */
  onReport?: (text: string, level: number) => void;
  budget?: Partial<Budget>;
  /**
   * While developing: slow steps, tasks that nothing seems to wake any more, promises that stay pending are reported. In Node the variable
   * CAWAIT_DEBUG=1 does it for every instance that says nothing else. Default: false.
   */
  debug?: boolean | Debug;
  /**
   * An address is fetched and compiled once, however often it is loaded. true: anew, as what was built since is another module; later
   * loads get that. (So does another address: app.wasm?2.)
   */
  fresh?: boolean;
  /** Whose time it is; default: the host's own, as it was when this package was imported. mockedClock() is for tests. */
  clock?: Clock | undefined;
  /**
   * Aborting it cancels CAW_MAIN: unless that catches the CancelledError, `done` is rejected with the signal's reason. If it was
   * aborted before CAW_MAIN has begun, load() is. Aborting it when CAW_MAIN's function has ended changes nothing.
   */
  signal?: AbortSignal | undefined;
  /**
   * Makes a worker of the program's executors, whose script calls serveJobs() of cawait/worker: for imports of the program's own, and for
   * bundlers that do not find the one of this package. Default: it is started by its address beside this file.
   */
  worker?: () => unknown;
  /** Functions for imports of the program's own, by module and name. */
  imports?: Imports;
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
export type AnyExports = Record<string, (...args: any[]) => any>;

export interface App<E extends object = AnyExports> {
  readonly exports: E;
  /**
   * The module's own memory: its buffer is another one whenever it has grown. Pointers are unsigned: `pointer >>> 0`. Throws what the
   * instance ended with once it has.
   */
  readonly memory: WebAssembly.Memory & { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /**
   * The module's exports as WebAssembly has them: functions of C that were exported by hand (`__attribute__((export_name("f")))`),
   * unchecked: numbers in, numbers out. They run outside of any task; a trap in one is not known to the instance. Throws as memory does.
   */
  readonly raw: Readonly<Record<string, any>>;
  /**
   * The int of CAW_MAIN's function; 0 if there is none. Rejected when it failed or the program cannot go on. First the program ends as
   * asyncio.run does: every task that is left is cancelled, its cleanup waited for, async generators are closed. Calls of exported
   * functions that have not ended are such tasks, and rejected with an AbortError; functions that are called later run as ever.
   */
  readonly done: Promise<number>;
  /**
   * The program's CAW_HTTP_HANDLER; undefined where it has none. A handler as Deno.serve, Bun.serve and workerd take one;
   * event.respondWith(app.fetch(event.request)) in a service worker; for Node see cawait/node-http. What fails is a response of 500 and
   * a report; rejected, with an AbortError, only when the request's own signal was aborted. `env` and `context` are for
   * caw_request_env and caw_request_context.
   */
  readonly fetch: Fetch;
  stats(): Stats;
  /** The tasks that have not ended, in the order of their creation. taskTree() and taskTable() of cawait/tasks give it as text. */
  tasks(): Task[];
  setBudget(budget: Partial<Budget>): void;
  /**
   * What Ctrl-C is to a Python program. The first time it cancels CAW_MAIN: unless that catches the CancelledError, `done` is
   * rejected with a KeyboardInterrupt. The second time, and when CAW_MAIN's function has ended (though what it left is still being
   * waited for) or there is none, it is the end of the instance: as [Symbol.dispose](), but what cannot be cancelled at once is
   * rejected with a KeyboardInterrupt, and so is `done`.
   *
   *     process.on('SIGINT', () => app.interrupt());
   */
  interrupt(): void;
  /**
   * The end at once: cancels what is pending, rejects every promise outstanding, releases handles and timers. The memory is given
   * back, though this, functions or errors of it are still held. Nothing happens the second time.
   */
  [Symbol.dispose](): void;
  /**
   * The end after all cleanup, as asyncio.run's: every task is cancelled and waited for, async generators are closed, then it is
   * disposed of. A task that refuses is waited for as long as it lives: [Symbol.dispose]() meanwhile is the end.
   *
   *     await using app = await load(url);
   */
  [Symbol.asyncDispose](): Promise<void>;
}

declare global {
  /** For TypeScript's libraries before esnext.disposable. */
  interface SymbolConstructor {
    readonly dispose: unique symbol;
    readonly asyncDispose: unique symbol;
  }
  /** For programs that have neither the DOM's library nor Node's: with either, they are what it says. */
  interface AbortSignal {}
  interface Request {}
  interface Response {}
  interface URL {}
  namespace WebAssembly {
    interface Memory {}
    interface Module {}
  }
}

// Before anybody replaces Promise; a worklet has no queueMicrotask.
const settled = Promise.resolve();

type Part<name extends keyof Parts> = Awaited<ReturnType<NonNullable<Parts[name]>>> | undefined;
type Late = Awaited<ReturnType<Parts['late']>>;
/** The parts that a module has a use for, in this order. @internal */
export type Used = [
  Part<'compound'>,
  Part<'exports'>,
  Part<'failures'>,
  Part<'values'>,
  Part<'function'>,
  Part<'promise'>,
  Part<'fetch'>,
  Part<'web'>,
  Part<'context'> | false,
  Part<'interrupt'>,
  Part<'debug'> | false,
];

/**
 * A module's parts before it runs: the machine, and what it imports. The parts that it has no use for are not even loaded (and not linked,
 * where Emscripten links them: libcawait.js reads this table as text). @internal
 */
export async function prepare(module: WebAssembly.Module, options: Options, parts: Parts, late: Late) {
  late.checkOptions(options);
  const imported = WebAssembly.Module.imports(module).map(({ module: from, name }) => `${from}.${name}`);
  const exported = WebAssembly.Module.exports(module).map(({ name }) => name);
  const names = [...imported, ...exported].join('\n');
  const when = <T>(used: RegExp, part: () => Promise<T> | T) => (used.test(names) ? part() : undefined);
  const [libc, ...used] = await Promise.all([
    when(/^wasi_snapshot_preview1/m, parts.libc),
    when(/^caw_compounds/m, parts.compound),
    when(/^caw_describe\$/m, parts.exports),
    when(/^caw\.(js_(?!drop|refuse)|promise|fetch|stream|http)/m, parts.failures),
    when(/^caw\.js_(?!drop|refuse|error|function|dispose)/m, parts.values),
    when(/^caw\.js_(function|dispose)/m, parts.function),
    when(/^caw\.(promise|fetch)/m, parts.promise),
    when(/^caw\.fetch/m, parts.fetch),
    when(/^caw\.(stream|http|socket|worker)/m, parts.web),
    (!!globalThis.process?.getBuiltinModule || 'AsyncContext' in globalThis) && when(/^caw_context/m, parts.context),
    when(/^caw_start$/m, parts.interrupt),
    options.debug && parts.debug(),
  ]).catch(parts.failed);
  const files = await libc?.filesOf(options, parts);
  const machine = new Machine(late.reporter(options.onReport), late);
  return connect(machine, used, options, parts, late, module, {
    ...libc?.libcImports(machine, options, module, files),
    ...(options.imports as WebAssembly.Imports | undefined)?.['wasi_snapshot_preview1'],
  });
}

/** The machine with those parts. @internal */
export function connect(
  machine: Machine,
  [compound, exports, failures, values, callbacks, promises, fetching, web, context, main, debug]: Used,
  options: Options,
  parts: Pick<Parts, 'close' | 'failed'>,
  late: Late,
  module: WebAssembly.Module,
  libc: WebAssembly.ModuleImports,
) {
  const called = calls(machine, late.takeError);
  const failing = failures?.failures(machine);
  const awaited = failing && promises?.promises(machine, called, failing.fail);
  const { imports } = options;
  const clock = options.clock && late.guardedClock(machine, options.clock, hostClock);
  return {
    machine,
    clock,
    called,
    awaited,
    parts,
    context,
    debug,
    web,
    late,
    main: main?.interruption(machine, called.cancel, options.signal, field),
    functions: () => exports?.exportedFunctions(machine, called, compound) ?? {},
    imports: {
      ...imports,
      caw: {
        ...imports?.['caw'],
        // Every module may let go of a handle; why it was refused one, it asks of failures.ts.
        js_drop: (id: number) => machine.handles.drop(id),
        js_refuse() {},
        interrupt: () => machine.interrupt(),
        main_over: (closing: number) => machine.mainOver(!!closing),
        ...hostImports(machine, clock),
        settle: called.settle,
        ...failing?.imports,
        ...(failing && values?.valueImports(machine, failing)),
        ...(failing && callbacks?.functionImports(machine, failing)),
        ...awaited?.imports,
        ...(awaited && fetching?.fetchImports(machine, awaited, failing.fail)),
        ...web?.webImports(machine, failing, module, options),
      },
      wasi_snapshot_preview1: libc,
    },
  };
}

/** Runs an instance: its constructors, then CAW_MAIN. @internal */
export function run<E extends object>(
  { machine, clock, called, awaited, functions, parts, context, debug, web, late, main }: ReturnType<typeof connect>,
  exports: Exports,
  options: Options,
): App<E> {
  machine.start(exports);
  if (context) context.follow(machine);
  const setBudget = late.budgeting(machine);

  machine.enter(() => machine.x._initialize?.());
  if (options.budget) setBudget(options.budget);
  const exported = functions();
  // The C library keeps what was printed without an end of line until it is told that the program is over.
  const flush = () => {
    if (machine.ended) return;
    machine.enter(() => machine.x.caw_flush());
    machine.flush();
  };
  // In the middle of C, of a write of its library's, or of the end itself: then it is too early, or too late, for the end.
  let ending = false;
  const inside = () => ending || machine.printing || machine.x.caw_busy();
  machine.interrupt = interrupt;
  const done = main && machine.x.caw_has_start?.() ? called.main(main).finally(flush) : Promise.resolve(0);
  // A main that fails must be seen, but an instance that ends under it is reported by itself.
  machine.onEnd.push(() => done.catch(() => {}));

  function end(why: CawError) {
    ending = true;
    machine.enter(() => {
      awaited?.forget();
      machine.x.caw_end();
      awaited?.forget(); // what cleanup has begun to wait for
      for (const give of machine.onClose) give();
    });
    machine.end(why);
  }

  function dispose() {
    if (machine.ended || ending) return;
    if (inside()) throw new CawError('RuntimeError', 'an instance cannot be disposed of from inside its own C code');
    end(new CawError('Disposed', 'the instance was disposed of'));
  }

  let closing: Promise<void> | undefined;

  function interrupt() {
    if (machine.ended) return;
    const why = new CawError('KeyboardInterrupt', 'interrupted');
    if (main?.interrupt(why)) return;
    if (inside()) void settled.then(interrupt);
    else end(why);
  }

  const app = Object.defineProperties(
    {
      exports: exported as E,
      done,
      stats: () => late.readStats(machine, called, awaited),
      tasks: () => late.readTasks(machine),
      setBudget,
      interrupt,
      [Symbol.dispose]: dispose,
      [Symbol.asyncDispose]: () =>
        (closing ??= settled
          .then(parts.close)
          .then(({ close }) => close(machine, main?.pending() && done).then(dispose), parts.failed)),
    },
    late.raw(machine),
  ) as App<E>;
  web?.serve(app, machine);
  if (debug) debug.debugging(machine, app, options, clock ?? hostClock);
  return app;
}
