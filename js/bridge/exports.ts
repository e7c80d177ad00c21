// Owns: exported functions as JavaScript calls them: arguments counted, checked and converted.
// Must not know: what becomes of a call (calls.ts). Its other half is wasm/include/cawait/export.h. Loaded only for modules that
// export some.

import type { Calls } from './calls.ts';
import { CawError } from '../base/errors.ts';
import type { Machine, Pointer } from '../base/machine.ts';
import { callNow } from './plain.ts';
import { signalOf, type Signal, type Signals } from './signal.ts';
import { apart, bytesOf } from '../base/bytes.ts';
import type { Compound, Packed } from './compound.ts';
import { field, what } from '../base/look.ts';
import { messageOf } from '../base/thrown.ts';
import { encoder } from '../base/text.ts';
import { copyIn, mismatch, NAMES, READERS, toBigInt, toNumber } from './wire.ts';

/** The last argument of every exported function, after its own. */
export interface CallOptions {
  /** Aborting it cancels the C task; the promise is rejected with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** What CAW_EXPORT or CAW_EXPORT_SYNC says of a function. @internal */
export interface Signature {
  name: string;
  /** A plain one: it gives its value, not a promise. */
  plain: boolean;
  /** Letters of CAW__CODE: of the result, then of each parameter; an array's is 't', as it crosses like text. */
  codes: string;
  names: string[];
  /** Of those that are structs or arrays. */
  types: readonly (Compound | undefined)[];
}

/** compound.ts, where it is needed. */
type Described = typeof import('./compound.ts');

/** The place of a call is given when it waits, calls.ts. */
type Start = (slot: 0, ...args: (number | bigint)[]) => number;

const PREFIX = 'caw_describe$',
  PLAIN = 'caw_sync$';

/** Reads the signatures of a module's exported functions from an instance, running none of them. @internal */
export function signatures(machine: Machine, described: Described | undefined): Signature[] {
  const exports = machine.x as unknown as Record<string, () => Pointer>;
  const names = Object.keys(exports).filter((name) => name.startsWith(PREFIX));
  return names.map((name) => {
    const at = exports[name]!() >>> 0;
    const parameters = machine.name(machine.view().getUint32(at + 12, true));
    const own = name.slice(PREFIX.length);
    const plain = PLAIN + own in exports;
    const codes = machine.name(at);
    return {
      name: own,
      plain,
      codes: codes.replace(/\d/g, 't'),
      names: parameters ? parameters.split(',') : [],
      types: described?.compounds(machine, codes) ?? [],
    };
  });
}

/** An object of C's for an argument, a caw_string or a handle; 0 without memory, or when too many handles are held. */
function adopt(machine: Machine, argument: unknown, text: Uint8Array | undefined): Pointer {
  try {
    const given = text ? copyIn(machine, text).pointer : machine.handles.add(argument);
    return (text ? machine.x.caw_adopt_text(given) : machine.x.caw_adopt(given)) >>> 0;
  } catch (error) {
    if (machine.ended || !CawError.isCawError(error)) throw error;
    return 0;
  }
}

// The library's own, whatever becomes of the global one.
const Native = Promise;

/** The exported functions, once the module is there. @internal */
export function exportedFunctions(
  machine: Machine,
  { run, cancel }: Calls,
  described: Described | undefined,
): Record<string, (...args: unknown[]) => unknown> {
  const signals: Signals = new WeakMap();

  function exported({
    name,
    plain,
    codes,
    names,
    types: [result, ...types],
  }: Signature): (...args: unknown[]) => unknown {
    let start = (machine.x as unknown as Record<string, Start>)[(plain ? PLAIN : 'caw_export$') + name]!;
    const parameters = [...codes.slice(1)];
    const read = result?.read ?? READERS[codes[0]!]!;
    const simple = !/[sytjo]/.test(codes.slice(1));
    const structs = types.some((type) => type?.look);

    const refuse = (why: string): never => {
      const list = parameters.map((letter, n) => `${names[n]}: ${types[n]?.name ?? NAMES[letter]}`).join(', ');
      throw new TypeError(`${name}(${list}): ${why}`);
    };

    const wrong = (n: number, error: unknown): TypeError =>
      new TypeError(`${name}: argument ${n + 1} (${names[n]}): ${messageOf(error)}`);
    /** C is not entered. */
    const stop = (why: unknown): never => {
      machine.refused = true;
      throw why;
    };
    const refuseArgument = (n: number, error: unknown): never => stop(wrong(n, error));

    const reserve = (size: number): Pointer => {
      try {
        return machine.alloc(size);
      } catch (error) {
        if (machine.ended) throw error;
        return stop(error);
      }
    };

    const number = (value: unknown, n: number): number | bigint => {
      const letter = parameters[n]!;
      if (typeof value === 'number' && (letter === 'd' || (letter === 'i' && (value | 0) === value))) return value;
      try {
        return letter === 'l' || letter === 'L' ? toBigInt(letter, value) : toNumber(letter, value);
      } catch (error) {
        return refuseArgument(n, error);
      }
    };
    const numeric = (args: unknown[], n: number) => number(args[n], n);

    const bytes = (letter: string, args: unknown[], n: number): Uint8Array => {
      const value = args[n];
      try {
        if (types[n]) return apart(machine, types[n].bytes!(value));
        if (letter !== 'y' && typeof value === 'string') {
          if (letter === 's' && value.includes('\0'))
            throw new TypeError(
              'a NUL inside the string would be its end in C: the parameter should be a caw_string *',
            );
          return encoder.encode(value);
        }
        const view = letter === 's' ? undefined : bytesOf(value);
        if (!view) throw mismatch(letter, value);
        return apart(machine, view);
      } catch (error) {
        return refuseArgument(n, error);
      }
    };

    /** Arguments that C borrows go into one block: a count of handles, the handles, then the bytes with their sizes. */
    function borrowed(args: unknown[]): (number | bigint)[] {
      const texts: (Uint8Array | undefined)[] = [];
      let size = 4;
      const wire = parameters.map((letter, n) => {
        if (letter === 'o') {
          size += (args[n] as Packed).size + 7;
          return 0;
        }
        if (letter === 't') texts[n] = bytes(letter, args, n);
        if (letter === 'j' || letter === 't') size += 4;
        else if (letter === 's' || letter === 'y') {
          texts[n] = bytes(letter, args, n);
          size += texts[n].length + 9;
        } else return numeric(args, n);
        return 0;
      });
      const block = reserve(size);
      const counted: Pointer[] = [];
      try {
        let place = block;
        parameters.forEach((letter, n) => {
          if (letter !== 'j' && letter !== 't') return;
          const pointer = adopt(machine, args[n], texts[n]);
          texts[n] = undefined;
          if (!pointer) throw new CawError('MemoryError', `${name}: the module has no memory for its arguments`);
          counted.push(pointer);
          place += 4;
          machine.view().setUint32(place, pointer, true);
          wire[n] = pointer;
        });
        machine.view().setUint32(block, counted.length, true);
        place += 4;
        // Structs and sizes first: they must be aligned.
        if (structs) place = described!.writeStructs(machine, args, wire, place);
        const descriptors = place;
        place += 8 * texts.filter((_, n) => parameters[n] === 'y').length;
        let descriptor = descriptors;
        texts.forEach((text, n) => {
          if (!text) return;
          machine.bytes().set(text, place);
          wire[n] = place;
          if (parameters[n] === 'y') {
            machine.view().setUint32(descriptor, place, true);
            machine.view().setUint32(descriptor + 4, text.length, true);
            wire[n] = descriptor;
            descriptor += 8;
          } else machine.bytes()[place + text.length] = 0;
          place += text.length + 1;
        });
        return [block, ...wire];
      } catch (error) {
        // Whatever it was but a trap, C was not entered: a full stack, too many handles, no memory.
        if (machine.ended || error instanceof WebAssembly.RuntimeError) throw error;
        for (const pointer of counted) machine.x.caw_release(pointer);
        machine.x.caw_free(block);
        return stop(error);
      }
    }

    const wires = (args: unknown[]) => (simple ? [0, ...parameters.map((_, n) => numeric(args, n))] : borrowed(args));

    /** Begins the C function. A spread call costs 50 ns, so the few arguments that are usual are written out. */
    function begin(args: unknown[]): number {
      if (!simple) return start(0, ...borrowed(args));
      switch (parameters.length) {
        case 0:
          return start(0, 0);
        case 1:
          return start(0, 0, numeric(args, 0));
        case 2:
          return start(0, 0, numeric(args, 0), numeric(args, 1));
        default:
          return start(0, ...wires(args));
      }
    }

    /** The same in an async context, which is entered in C: the arguments are looked at before. */
    function entered(args: unknown[]): number {
      const ready = wires(args);
      return machine.entering!(() => start(0, ...ready));
    }

    /** The options of a call; what they are, and what is in them, is the program's. */
    function signalIn(options: unknown): Signal | undefined {
      if (options === undefined) return undefined;
      for (const key of Object.keys(Object(options)))
        if (key !== 'signal') refuse(`'${key}' is no option of a call; there is: signal`);
      const { signal } = Object(options) as CallOptions;
      if (signal === undefined) {
        // The signal itself, an array, an event: whoever gives that means something by it.
        if (what(options) !== 'an object (Object)')
          refuse(`its options are an object, {signal}, or left out; got ${what(options)}`);
        return undefined;
      }
      if (typeof field(signal, 'aborted') !== 'boolean' || typeof field(signal, 'addEventListener') !== 'function')
        refuse('its signal is no AbortSignal' + (field(signal, 'signal') ? ': give controller.signal' : ''));
      if (signal.aborted) throw signal.reason;
      try {
        return signalOf(signals, signal, cancel);
      } catch (error) {
        return refuse(`its signal cannot be listened to: ${messageOf(error)}`);
      }
    }

    function call(...args: unknown[]): Promise<unknown> {
      let signal: Signal | undefined;
      try {
        const more = args.length !== parameters.length;
        if (more && (args.length !== parameters.length + 1 || !['object', 'undefined'].includes(typeof args.at(-1))))
          refuse(`expected ${parameters.length} arguments and perhaps {signal}, got ${args.length}`);
        const options = more ? args.pop() : undefined;
        if (structs && !machine.printing) args = described!.lookAt(args, types, wrong);
        if (more) signal = signalIn(options);
      } catch (error) {
        return Native.reject(error);
      }
      // A line is being printed: the C library is in the middle of that and cannot be entered.
      const made = machine.printing
        ? Native.resolve().then(() => call(...args, { signal: signal?.signal }))
        : run(read, signal, machine.entering ? entered : begin, args);
      if (signal) signal.begun();
      return made;
    }

    /** The common case without an array of arguments: 5 ns less of 90. */
    const first = (value: unknown): number => start(0, 0, number(value, 0));
    function callOne(value: unknown): Promise<unknown> {
      if (arguments.length !== 1 || machine.printing || machine.entering) return call(...arguments);
      return run(read, undefined, first, value);
    }

    /** A plain function: its value, or what it throws, at once. */
    function callPlain(...args: unknown[]): unknown {
      if (machine.ended) throw machine.failed(machine.ended);
      if (args.length !== parameters.length) refuse(`expected ${parameters.length} arguments, got ${args.length}`);
      if (machine.printing)
        throw new CawError(
          'RuntimeError',
          `${name} was called by the function that prints for C, in the middle of that`,
        );
      if (structs) args = described!.lookAt(args, types, wrong);
      return callNow(machine, read, machine.entering ? entered : begin, args);
    }
    machine.onEnd.push(() => (start = undefined as never)); // it holds the memory
    return plain ? callPlain : simple && parameters.length === 1 ? callOne : call;
  }

  return Object.fromEntries(signatures(machine, described).map((signature) => [signature.name, exported(signature)]));
}
