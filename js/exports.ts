// Owns: exported async functions as JavaScript calls them: arguments checked, {signal}, one promise a call.
// Must not know: how C runs them. Its other half is wasm/js/export.c.

import { takeError } from './errors.ts';
import type { Machine, Pointer } from './machine.ts';
import { bytesOf, mismatch, NAMES, READERS, toBigInt, toNumber, type Reader } from './wire.ts';

/** The last argument of every exported function, after its own. */
export interface CallOptions {
  /** Aborting it cancels the C task; the promise is rejected with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** What CAW_EXPORT says of a function. */
export interface Signature {
  name: string;
  /** Letters of CAW__CODE: of the result, then of each parameter. */
  codes: string;
  names: string[];
}

/**
 * A call that waits. Each is a new object: one store of it in an old array costs a write barrier, filling an old object four.
 */
interface Call {
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  readonly read: Reader;
  /** In C; what cancels it. */
  readonly pointer: Pointer;
  readonly signal: AbortSignal | undefined;
}

/** Carries an error out of the checking of arguments, so that it is not taken for a trap. */
class Refusal {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

type Start = (slot: number, ...args: (number | bigint)[]) => number;

const encoder = new TextEncoder();
const PREFIX = 'caw_describe:';

/** What a start answers, as in wasm/js/export.c; above KEPT: the call, which is pending. */
const FAILED = 1,
  KEPT = 2;

/** Reads the signatures of a module's exported functions from an instance, running none of them. */
export function signatures(machine: Machine): Signature[] {
  const exports = machine.x as unknown as Record<string, () => Pointer>;
  const names = Object.keys(exports).filter((name) => name.startsWith(PREFIX));
  return names.map((name) => {
    const at = exports[name]!();
    const parameters = machine.name(machine.view().getUint32(at + 12, true));
    return { name: name.slice(PREFIX.length), codes: machine.name(at), names: parameters ? parameters.split(',') : [] };
  });
}

export interface Calls {
  imports: WebAssembly.ModuleImports;
  /** The exported functions, once the module is there. */
  functions(): Record<string, (...args: unknown[]) => Promise<unknown>>;
  /** CAW_MAIN. */
  main(): Promise<number>;
  readonly live: () => number;
}

export function calls(machine: Machine): Calls {
  const places: (Call | undefined)[] = [];
  const free: number[] = [];
  let live = 0;

  function take(): number {
    live++;
    return free.pop() ?? places.push(undefined) - 1;
  }

  function give(slot: number): void {
    free.push(slot);
    live--;
  }

  function hold(slot: number, read: Reader, pointer: Pointer, signal: AbortSignal | undefined): Promise<unknown> {
    const call = { read, pointer, signal } as Call;
    const promise = new Promise<unknown>((resolve, reject) => {
      call.resolve = resolve;
      call.reject = reject;
    });
    places[slot] = call;
    if (signal) listen(call, signal);
    return promise;
  }

  // One listener a signal, however many calls it is given to: Node warns of a leak from the eleventh on.
  const listening = new WeakMap<AbortSignal, { calls: Set<Call>; abort: () => void }>();

  function listen(call: Call, signal: AbortSignal): void {
    if (signal.aborted) return cancel(call); // by the body itself, through JavaScript that it called
    let those = listening.get(signal);
    if (!those) {
      const calls = new Set<Call>();
      those = { calls, abort: () => calls.forEach(cancel) };
      listening.set(signal, those);
    }
    if (!those.calls.size) signal.addEventListener('abort', those.abort);
    those.calls.add(call);
  }

  function cancel(call: Call): void {
    try {
      machine.x.caw_call_cancel(call.pointer);
    } catch (error) {
      machine.failed(error);
    }
  }

  function unlisten(call: Call): void {
    const those = call.signal && listening.get(call.signal);
    if (those?.calls.delete(call) && !those.calls.size) call.signal!.removeEventListener('abort', those.abort);
  }

  /** C answers a call that was pending. */
  function settle(slot: number, failed: number): void {
    const call = places[slot]!;
    places[slot] = undefined;
    give(slot);
    if (call.signal) unlisten(call);
    if (failed) call.reject(reason(call.signal, takeError(machine)));
    else call.resolve(call.read(machine));
  }

  machine.onEnd.push((why) => {
    for (const call of places) {
      if (!call) continue;
      unlisten(call);
      call.reject(why);
    }
    live = 0;
  });

  /** A call that was cancelled by its signal is rejected with what the signal says. */
  function reason(signal: AbortSignal | undefined, error: unknown): unknown {
    return signal?.aborted && error instanceof DOMException && error.name === 'AbortError' ? signal.reason : error;
  }

  function run(
    read: Reader,
    signal: AbortSignal | undefined,
    begin: (slot: number, args: unknown[]) => number,
    args: unknown[],
  ): Promise<unknown> {
    if (machine.ended) return Promise.reject(machine.ended);
    const slot = take();
    let status;
    try {
      status = begin(slot, args) >>> 0;
    } catch (error) {
      // Bad arguments are found before C is entered; anything that comes out of C is a trap.
      if (error instanceof Refusal) return refuse(slot, error.cause);
      return Promise.reject(machine.failed(error));
    }
    if (status > KEPT) return hold(slot, read, status, signal);
    give(slot);
    if (status === FAILED) return Promise.reject(reason(signal, takeError(machine)));
    const value = read(machine);
    if (status === KEPT) machine.x.caw_result_read();
    return Promise.resolve(value);
  }

  function refuse(slot: number, why: unknown): Promise<never> {
    give(slot);
    return Promise.reject(why);
  }

  function exported({ name, codes, names }: Signature): (...args: unknown[]) => Promise<unknown> {
    const start = (machine.x as unknown as Record<string, Start>)[`caw_export:${name}`]!;
    const parameters = [...codes.slice(1)];
    const read = READERS[codes[0]!]!;
    const simple = !/[syj]/.test(codes.slice(1));

    const counted = (args: unknown[]) => {
      const list = parameters.map((letter, n) => `${names[n]}: ${NAMES[letter]}`).join(', ');
      return new TypeError(
        `${name}(${list}): expected ${parameters.length} arguments and perhaps {signal}, got ${args.length}`,
      );
    };

    const named = (n: number, error: unknown) =>
      new Refusal(new TypeError(`${name}: argument ${n + 1} (${names[n]}): ${(error as Error).message}`));

    const numeric = (args: unknown[], n: number): number | bigint => {
      const letter = parameters[n]!;
      const value = args[n];
      if (typeof value === 'number' && (letter === 'd' || (letter === 'i' && (value | 0) === value))) return value;
      try {
        return letter === 'l' || letter === 'L' ? toBigInt(letter, value) : toNumber(letter, value);
      } catch (error) {
        throw named(n, error);
      }
    };

    const reserve = (size: number) => {
      try {
        return machine.alloc(size);
      } catch (error) {
        throw machine.ended ? error : new Refusal(error);
      }
    };

    /** Arguments that C borrows go into one block: a count of handles, the handles, then the bytes with their sizes. */
    function borrowed(args: unknown[]): { block: Pointer; wire: (number | bigint)[] } {
      const texts: (Uint8Array | undefined)[] = [];
      let handles = 0;
      let size = 4;
      const wire = parameters.map((letter, n) => {
        const value = args[n];
        if (letter === 'j') {
          handles++;
          size += 4;
        } else if (letter === 's' || letter === 'y') {
          texts[n] = letter === 'y' ? bytesOf(value) : typeof value === 'string' ? encoder.encode(value) : undefined;
          if (!texts[n]) throw named(n, mismatch(letter, value));
          size += texts[n].length + 9;
        } else return numeric(args, n);
        return 0;
      });
      const block = reserve(size);
      let place = block;
      machine.view().setUint32(place, 0, true);
      parameters.forEach((letter, n) => {
        if (letter !== 'j') return;
        const pointer = machine.x.caw_adopt(machine.handles.add(args[n]));
        const view = machine.view();
        place += 4;
        view.setUint32(place, pointer, true);
        view.setUint32(block, (place - block) / 4, true);
        wire[n] = pointer;
      });
      place += 4;
      // Sizes first: they must be aligned.
      const descriptors = place;
      place += 8 * texts.filter((_, n) => parameters[n] === 'y').length;
      let descriptor = descriptors;
      texts.forEach((bytes, n) => {
        if (!bytes) return;
        machine.bytes().set(bytes, place);
        wire[n] = place;
        if (parameters[n] === 'y') {
          machine.view().setUint32(descriptor, place, true);
          machine.view().setUint32(descriptor + 4, bytes.length, true);
          wire[n] = descriptor;
          descriptor += 8;
        } else machine.bytes()[place + bytes.length] = 0;
        place += bytes.length + 1;
      });
      return { block, wire };
    }

    /** Begins the C function. A spread call costs 50 ns, so the few arguments that are usual are written out. */
    function begin(slot: number, args: unknown[]): number {
      if (!simple) {
        const { block, wire } = borrowed(args);
        return start(slot, block, ...wire);
      }
      switch (parameters.length) {
        case 0:
          return start(slot, 0);
        case 1:
          return start(slot, 0, numeric(args, 0));
        case 2:
          return start(slot, 0, numeric(args, 0), numeric(args, 1));
        default:
          return start(slot, 0, ...parameters.map((_, n) => numeric(args, n)));
      }
    }

    return (...args) => {
      let signal: AbortSignal | undefined;
      if (args.length !== parameters.length) {
        const options = args[parameters.length] as CallOptions | undefined;
        if (args.length !== parameters.length + 1 || (typeof options !== 'object' && options !== undefined))
          return Promise.reject(counted(args));
        signal = options?.signal;
        if (signal?.aborted) return Promise.reject(signal.reason);
      }
      return run(read, signal, begin, args);
    };
  }

  return {
    imports: {
      settle,
      // A future that C gives out as a promise is a call that JavaScript did not make.
      promise_new(code: number) {
        const slot = take();
        const promise = hold(slot, READERS[String.fromCharCode(code)]!, 0, undefined);
        machine.view().setUint32(machine.scratch + 4, slot, true);
        return machine.handles.add(promise);
      },
      promise_settle: settle,
    },
    functions: () => Object.fromEntries(signatures(machine).map((signature) => [signature.name, exported(signature)])),
    main: () => run(READERS['i']!, undefined, (slot) => machine.x.caw_start(slot), []) as Promise<number>,
    live: () => live,
  };
}
