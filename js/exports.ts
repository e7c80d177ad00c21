// Owns: exported functions as JavaScript calls them: arguments counted, checked and converted.
// Must not know: what becomes of a call (calls.ts). Its other half is wasm/include/cawait/export.h. Loaded only for modules that
// export some.

import type { Calls } from './calls.ts';
import type { Machine, Pointer } from './machine.ts';
import { Signal } from './signal.ts';
import { bytesOf, encoder, mismatch, NAMES, READERS, toBigInt, toNumber } from './wire.ts';

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

type Start = (slot: number, ...args: (number | bigint)[]) => number;

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

/** The exported functions, once the module is there. */
export function exportedFunctions(
  machine: Machine,
  { run, refuse, cancel }: Calls,
): Record<string, (...args: unknown[]) => Promise<unknown>> {
  const signals = new WeakMap<AbortSignal, Signal>();

  function signalOf(signal: AbortSignal): Signal {
    let known = signals.get(signal);
    if (!known) signals.set(signal, (known = new Signal(signal, cancel)));
    return known;
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

    const refuseArgument = (n: number, error: unknown): never =>
      refuse(new TypeError(`${name}: argument ${n + 1} (${names[n]}): ${(error as Error).message}`));

    const numeric = (args: unknown[], n: number): number | bigint => {
      const letter = parameters[n]!;
      const value = args[n];
      if (typeof value === 'number' && (letter === 'd' || (letter === 'i' && (value | 0) === value))) return value;
      try {
        return letter === 'l' || letter === 'L' ? toBigInt(letter, value) : toNumber(letter, value);
      } catch (error) {
        return refuseArgument(n, error);
      }
    };

    const reserve = (size: number) => {
      try {
        return machine.alloc(size);
      } catch (error) {
        if (machine.ended) throw error;
        return refuse(error);
      }
    };

    /** Arguments that C borrows go into one block: a count of handles, the handles, then the bytes with their sizes. */
    function borrowed(args: unknown[]): { block: Pointer; wire: (number | bigint)[] } {
      const texts: (Uint8Array | undefined)[] = [];
      let size = 4;
      const wire = parameters.map((letter, n) => {
        const value = args[n];
        if (letter === 'j') size += 4;
        else if (letter === 's' || letter === 'y') {
          const bytes = letter === 'y' ? bytesOf(value) : typeof value === 'string' ? encoder.encode(value) : undefined;
          if (!bytes) return refuseArgument(n, mismatch(letter, value));
          texts[n] = bytes;
          size += bytes.length + 9;
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
      let signal: Signal | undefined;
      if (args.length !== parameters.length) {
        const options = args[parameters.length] as CallOptions | undefined;
        if (args.length !== parameters.length + 1 || (typeof options !== 'object' && options !== undefined))
          return Promise.reject(counted(args));
        const given = options?.signal;
        if (given?.aborted) return Promise.reject(given.reason);
        if (given) signal = signalOf(given);
      }
      return run(read, signal, begin, args);
    };
  }

  return Object.fromEntries(signatures(machine).map((signature) => [signature.name, exported(signature)]));
}
