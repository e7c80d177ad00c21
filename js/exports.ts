// Owns: exported async functions as JavaScript calls them: arguments checked, {signal}, one promise a call.
// Must not know: how C runs them. Its other half is wasm/js/export.c.

import { takeError } from './errors.ts';
import type { Machine, Pointer } from './machine.ts';
import { bytesOf, mismatch, NAMES, result, toBigInt, toNumber } from './values.ts';

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

interface Call {
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  code: string;
  /** In C; what cancels it. */
  pointer: Pointer;
  signal: AbortSignal | undefined;
  abort: (() => void) | undefined;
}

type Start = (slot: number, ...args: (number | bigint)[]) => number;

const encoder = new TextEncoder();
const PREFIX = 'caw_describe:';

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
  const pending: (Call | undefined)[] = [];
  const free: number[] = [];
  let live = 0;
  let resolver!: Call['resolve'];
  let rejecter!: Call['reject'];
  const executor = (resolve: Call['resolve'], reject: Call['reject']) => {
    resolver = resolve;
    rejecter = reject;
  };

  function take(): number {
    live++;
    return free.pop() ?? pending.push(undefined) - 1;
  }

  function give(slot: number): void {
    pending[slot] = undefined;
    free.push(slot);
    live--;
  }

  function hold(slot: number, code: string, pointer: Pointer, signal: AbortSignal | undefined): Promise<unknown> {
    const promise = new Promise<unknown>(executor);
    const call: Call = { resolve: resolver, reject: rejecter, code, pointer, signal, abort: undefined };
    pending[slot] = call;
    if (signal) {
      call.abort = () => {
        try {
          machine.x.caw_call_cancel(call.pointer);
        } catch (error) {
          machine.failed(error);
        }
      };
      signal.addEventListener('abort', call.abort, { once: true });
    }
    return promise;
  }

  /** C answers a call that was pending. */
  function settle(slot: number, failed: number): void {
    const call = pending[slot]!;
    give(slot);
    if (call.signal) call.signal.removeEventListener('abort', call.abort!);
    if (failed) call.reject(reason(call.signal, takeError(machine)));
    else call.resolve(result(machine, call.code));
  }

  machine.onEnd.push((why) => {
    for (const call of pending.splice(0)) {
      if (!call) continue;
      call.signal?.removeEventListener('abort', call.abort!);
      call.reject(why);
    }
    live = 0;
  });

  /** A call that was cancelled by its signal is rejected with what the signal says. */
  function reason(signal: AbortSignal | undefined, error: unknown): unknown {
    return signal?.aborted && error instanceof DOMException && error.name === 'AbortError' ? signal.reason : error;
  }

  function run(code: string, signal: AbortSignal | undefined, start: (slot: number) => number): Promise<unknown> {
    const slot = take();
    let status;
    try {
      status = start(slot) >>> 0;
    } catch (error) {
      if (!machine.ended) give(slot);
      return Promise.reject(machine.failed(error));
    }
    if (status > 1) return hold(slot, code, status, signal);
    give(slot);
    if (status) return Promise.reject(reason(signal, takeError(machine)));
    const value = result(machine, code);
    if (code === 't' || code === 'j' || code === 'a') machine.x.caw_result_read();
    return Promise.resolve(value);
  }

  function exported({ name, codes, names }: Signature): (...args: unknown[]) => Promise<unknown> {
    const start = (machine.x as unknown as Record<string, Start>)[`caw_export:${name}`]!;
    const parameters = [...codes.slice(1)];
    const code = codes[0]!;
    const simple = !/[syj]/.test(codes.slice(1));

    const counted = (args: unknown[]) => {
      const list = parameters.map((letter, n) => `${names[n]}: ${NAMES[letter]}`).join(', ');
      return new TypeError(
        `${name}(${list}): expected ${parameters.length} arguments and perhaps {signal}, got ${args.length}`,
      );
    };

    const numeric = (args: unknown[], n: number, letter: string) => {
      try {
        return letter === 'l' || letter === 'L' ? toBigInt(letter, args[n]) : toNumber(letter, args[n]);
      } catch (error) {
        throw named(n, error);
      }
    };
    const named = (n: number, error: unknown) =>
      new TypeError(`${name}: argument ${n + 1} (${names[n]}): ${(error as Error).message}`);

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
        } else return numeric(args, n, letter);
        return 0;
      });
      const block = machine.alloc(size);
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

    return (...args) => {
      if (machine.ended) return Promise.reject(machine.ended);
      let signal: AbortSignal | undefined;
      try {
        if (args.length !== parameters.length) {
          const options = args[parameters.length] as CallOptions | undefined;
          if (args.length !== parameters.length + 1 || (typeof options !== 'object' && options !== undefined))
            throw counted(args);
          signal = options?.signal;
          if (signal?.aborted) return Promise.reject(signal.reason);
        }
        if (simple) {
          const wire = parameters.map((letter, n) => numeric(args, n, letter));
          return run(code, signal, (slot) => start(slot, 0, ...wire));
        }
        const { block, wire } = borrowed(args);
        return run(code, signal, (slot) => start(slot, block, ...wire));
      } catch (error) {
        return Promise.reject(error);
      }
    };
  }

  return {
    imports: {
      settle,
      // A future that C gives out as a promise is a call that JavaScript did not make.
      promise_new(code: number) {
        const slot = take();
        const promise = hold(slot, String.fromCharCode(code), 0, undefined);
        machine.view().setUint32(machine.scratch + 4, slot, true);
        return machine.handles.add(promise);
      },
      promise_settle: settle,
    },
    functions: () => Object.fromEntries(signatures(machine).map((signature) => [signature.name, exported(signature)])),
    main: () => run('i', undefined, (slot) => machine.x.caw_start(slot)) as Promise<number>,
    live: () => live,
  };
}
