// Owns: the few system calls that the C library makes in a page: output by lines, clocks, randomness, environment, exit.
// Must not know: the runtime's own imports (host.ts and others).

import { CawError } from './errors.ts';
import { describe } from './look.ts';
import type { Machine } from './machine.ts';
import { encoder, newDecoder } from './text.ts';

/** What the program sees of the outside. */
export interface LibcOptions {
  /** A line that the program printed, without its end; default: console.log. */
  print?: (line: string) => void;
  /** The same of stderr; default: console.error. */
  printErr?: (line: string) => void;
  /** argv, for programs that read it. */
  args?: readonly string[];
  /** What getenv finds. */
  env?: Readonly<Record<string, string>>;
}

const OK = 0;
const BADF = 8;
const NOSYS = 52;
const SPIPE = 70;
const CHARACTER_DEVICE = 2; // so that the C library writes line by line

export function libcImports(machine: Machine, options: LibcOptions): WebAssembly.ModuleImports {
  const sinks = [
    options.print ?? ((line: string) => console.log(line)),
    options.printErr ?? ((line: string) => console.error(line)),
  ].map((print) => ({ print, rest: '', decoder: newDecoder() }));
  const print = (sink: (typeof sinks)[number], line: string) => {
    const outer = machine.printing;
    machine.printing = true;
    try {
      if (machine.within) machine.within(() => sink.print(line));
      else sink.print(line);
    } catch (error) {
      machine.report(`cawait: the print function threw: ${describe(error)}`, 2);
    }
    machine.printing = outer;
  };
  machine.flush = () => {
    for (const sink of sinks) {
      const rest = sink.rest + sink.decoder.decode();
      sink.rest = '';
      if (rest) print(sink, rest);
    }
  };
  machine.onEnd.push(machine.flush);

  // NUL-terminated strings one after another, and a table of pointers to them.
  const sizes = (list: string[]) => (count: number, size: number) => {
    machine.view().setUint32(count, list.length, true);
    machine.view().setUint32(size, encoder.encode(list.map((text) => text + '\0').join('')).length, true);
    return OK;
  };
  const fill = (list: string[]) => (table: number, text: number) => {
    for (const [index, item] of list.entries()) {
      const bytes = encoder.encode(item + '\0');
      machine.view().setUint32(table + 4 * index, text, true);
      machine.bytes().set(bytes, text);
      text += bytes.length;
    }
    return OK;
  };
  const args = [...(options.args ?? ['program'])];
  const env = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`);

  const calls: WebAssembly.ModuleImports = {
    fd_write(fd: number, vectors: number, count: number, written: number) {
      const sink = sinks[fd - 1];
      if (!sink) return BADF;
      let size = 0;
      for (let n = 0; n < count; n++) {
        const view = machine.view();
        const start = view.getUint32(vectors + 8 * n, true);
        const length = view.getUint32(vectors + 8 * n + 4, true);
        sink.rest += sink.decoder.decode(machine.bytes().subarray(start, start + length), { stream: true });
        size += length;
      }
      const lines = sink.rest.split('\n');
      sink.rest = lines.pop()!;
      for (const line of lines) print(sink, line);
      machine.view().setUint32(written, size, true);
      return OK;
    },
    fd_read(fd: number, _vectors: number, _count: number, read: number) {
      if (fd) return BADF;
      machine.view().setUint32(read, 0, true); // stdin is at its end
      return OK;
    },
    fd_close: () => OK,
    fd_seek: () => SPIPE,
    fd_fdstat_get(fd: number, stat: number) {
      if (fd > 2) return BADF;
      machine.bytes().fill(0, stat, stat + 24);
      machine.view().setUint8(stat, CHARACTER_DEVICE);
      return OK;
    },
    fd_fdstat_set_flags: () => OK,
    fd_prestat_get: () => BADF,
    fd_prestat_dir_name: () => BADF,
    clock_res_get(_clock: number, out: number) {
      machine.view().setBigUint64(out, 1_000_000n, true);
      return OK;
    },
    clock_time_get(clock: number, _precision: bigint, out: number) {
      const ms = clock && globalThis.performance ? performance.now() : Date.now();
      machine.view().setBigUint64(out, BigInt(Math.round(ms * 1e6)), true);
      return OK;
    },
    random_get(out: number, size: number) {
      if (!globalThis.crypto) return NOSYS; // a worklet
      const most = 65536; // that getRandomValues gives at once
      for (let at = 0; at < size; at += most)
        crypto.getRandomValues(machine.bytes().subarray(out + at, out + Math.min(at + most, size)));
      return OK;
    },
    args_sizes_get: sizes(args),
    args_get: fill(args),
    environ_sizes_get: sizes(env),
    environ_get: fill(env),
    sched_yield: () => OK,
    proc_exit(code: number) {
      const exit = new CawError('SystemExit', `the program ended itself with exit code ${code}`, { errno: code });
      machine.end(exit);
      throw exit; // the only way out of the C code that called it
    },
  };
  // A pointer past 2 GiB comes from the module as a negative number.
  const unsigned =
    (call: Function) =>
    (...args: unknown[]): unknown =>
      call(...args.map((arg) => (typeof arg === 'number' ? arg >>> 0 : arg)));
  return Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, unsigned(call as Function)]));
}
