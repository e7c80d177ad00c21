// Owns: the few system calls that the C library makes in a page: output by lines, clocks, randomness, environment, exit; those that it
// cannot make.
// Must not know: the runtime's own imports (host.ts and others), or how there are files (files.ts, preopens.ts).

import { CawError } from '../base/errors.ts';
import type { FileCalls, Files } from './files.ts';
import { describe, what } from '../base/look.ts';
import type { Machine } from '../base/machine.ts';
import type { Parts } from '../load/parts.ts';
import { encoder, newDecoder } from '../base/text.ts';

/** What the program sees of the outside. */
export interface LibcOptions {
  /** A line that the program printed, without its end; default: console.log. */
  print?: (line: string) => void;
  /** The same of stderr; default: console.error. */
  printErr?: (line: string) => void;
  /** In place of print: bytes, as they are written; gives how many it has taken, or nothing: all. Those of workers come by lines. */
  stdout?: (bytes: Uint8Array) => number | void;
  /** The same of stderr. */
  stderr?: (bytes: Uint8Array) => number | void;
  /**
   * What C reads of its standard input (scanf, fgets, read(0)): fills bytes and gives how many, 0 at its end, where it is without this
   * at once. C waits for it in the middle: in Node `(bytes) => fs.readSync(0, bytes)`, which is what `cawait run` gives.
   */
  stdin?: (bytes: Uint8Array) => number;
  /** argv, for programs that read it. */
  args?: readonly string[];
  /** What getenv finds. */
  env?: Readonly<Record<string, string>>;
  /**
   * The files that the program finds, in memory, by their absolute paths: fopen("/data/a.txt", "r") reads `{'/data/a.txt': 'text'}`. What
   * it writes stands in the Map, if it is one, as a view of bytes, until it is written again. Without this and preopens there are none.
   */
  files?: Files;
  /**
   * Node: directories of this machine by the names that the program has for them, as node:wasi's: `{'/': './sandbox'}`. Like node:wasi's
   * they are no cage for a program that is not trusted: a link in one to a folder outside of it is followed.
   */
  preopens?: Readonly<Record<string, string>>;
}

const WASI = 'wasi_snapshot_preview1';
const OK = 0;
const BADF = 8;
const IO = 29;
const NOSYS = 52;
const SPIPE = 70;
const MOST = 65536; // that is read at once of the standard input
/** What cannot be done with those of stdio: EINVAL, ESPIPE, ENOTDIR. */
const STANDARD: Readonly<Record<string, number>> = {
  ...{ fd_filestat_set_size: 28, fd_sync: 28, fd_datasync: 28, fd_readdir: 54 },
  ...{ fd_seek: SPIPE, fd_tell: SPIPE, fd_pread: SPIPE, fd_pwrite: SPIPE, fd_allocate: SPIPE },
};
const FAILED = Symbol('failed');
const CHARACTER_DEVICE = 2; // so that the C library writes line by line

/** The files that the program is given. @internal */
export async function filesOf({ files, preopens }: LibcOptions, parts: Parts): Promise<FileCalls | undefined> {
  if (preopens === undefined && files === undefined) return undefined;
  const refuse = (why: string): never => {
    throw new TypeError(`cawait: ${why}`);
  };
  if (preopens !== undefined) {
    if (files !== undefined) refuse('preopens and files are two ways to have files: give one of them');
    if (!parts.preopens) refuse('preopens: there is no file system here; give files, which are in memory');
    const { preopenedFiles } = await parts.preopens!();
    return preopenedFiles(preopens);
  }
  const { memoryFiles, wrongFile } = await parts.files();
  const wrong = wrongFile(files!);
  return wrong ? refuse(wrong) : memoryFiles(files!);
}

/** The calls that a module imports; `files`: those about files, where there are any. @internal */
export function libcImports(
  machine: Machine,
  options: LibcOptions,
  module: WebAssembly.Module,
  files?: FileCalls,
): WebAssembly.ModuleImports {
  const sinks = [
    { name: 'stdout', print: options.print ?? ((line: string) => console.log(line)) },
    { name: 'stderr', print: options.printErr ?? ((line: string) => console.error(line)) },
  ].map((sink) => ({ ...sink, take: options[sink.name as 'stdout'], rest: '', decoder: newDecoder() }));
  /** Calls a function of the program's, which must not enter C meanwhile. */
  const ask = (name: string, made: () => unknown): unknown => {
    const outer = machine.printing;
    machine.printing = true;
    try {
      return machine.within ? machine.within(made) : made();
    } catch (error) {
      machine.report(`cawait: the ${name} function threw: ${describe(error)}`, 2);
      return FAILED;
    } finally {
      machine.printing = outer;
    }
  };
  const print = (sink: (typeof sinks)[number], line: string) => ask('print', () => sink.print(line));
  machine.flush = () => {
    for (const sink of sinks) {
      const rest = sink.rest + sink.decoder.decode();
      sink.rest = '';
      if (rest) print(sink, rest);
    }
  };
  machine.onEnd.push(machine.flush);

  /** How many bytes a function has filled or taken, at least so many; -1: it failed. */
  function moved(name: string, made: (bytes: Uint8Array) => unknown, bytes: Uint8Array, least: number): number {
    const { length } = bytes; // it may hand the buffer over to another thread
    const size = ask(name, () => made(bytes));
    if (size === FAILED) return -1;
    if (Number.isInteger(size) && (size as number) >= least && (size as number) <= length) return size as number;
    machine.report(`cawait: the ${name} function gave ${what(size)} for ${length} bytes`, 2);
    return -1;
  }

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
      const pieces = Array.from({ length: count }, (_, n) => {
        const start = machine.word(vectors + 8 * n);
        return machine.bytes().subarray(start, start + machine.word(vectors + 8 * n + 4));
      });
      let size = pieces.reduce((sum, { length }) => sum + length, 0);
      const { name, take } = sink;
      if (take && size) {
        const bytes = new Uint8Array(size);
        pieces.reduce((at, piece) => (bytes.set(piece, at), at + piece.length), 0);
        size = moved(name, (bytes) => take(bytes) ?? size, bytes, 1);
        if (size < 0) return IO;
      } else {
        for (const piece of pieces) sink.rest += sink.decoder.decode(piece, { stream: true });
        const lines = sink.rest.split('\n');
        sink.rest = lines.pop()!;
        for (const line of lines) print(sink, line);
      }
      machine.view().setUint32(written, size, true);
      return OK;
    },
    fd_read(fd: number, vectors: number, count: number, read: number) {
      if (fd) return BADF;
      const { stdin = () => 0 } = options;
      const room = (n: number) => machine.word(vectors + 8 * n + 4);
      let size = 0;
      for (let n = 0; n < count; n++) size += room(n);
      const bytes = new Uint8Array(Math.min(size, MOST));
      size = moved('stdin', stdin, bytes, 0);
      if (size < 0) return IO;
      for (let n = 0, at = 0; at < size; at += room(n++))
        machine.bytes().set(bytes.subarray(at, Math.min(size, at + room(n))), machine.word(vectors + 8 * n));
      machine.view().setUint32(read, size, true);
      return OK;
    },
    fd_close: () => OK,
    fd_filestat_get(_fd: number, stat: number) {
      machine.bytes().fill(0, stat, stat + 64);
      machine.view().setUint8(stat + 16, CHARACTER_DEVICE);
      return OK;
    },
    fd_fdstat_get(fd: number, stat: number) {
      if (fd > 2) return BADF;
      machine.bytes().fill(0, stat, stat + 24);
      machine.view().setUint8(stat, CHARACTER_DEVICE);
      return OK;
    },
    fd_fdstat_set_flags: () => OK,
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

  const fileCalls: Record<string, Function> = files?.(machine) ?? {};
  /** Of the three of stdio those that freopen has made files, and -1 when these are closed. */
  const reopened: number[] = [];
  const missing = (name: string) => () => {
    machine.report(
      `cawait: the program has called ${name}, which this host cannot do (ENOSYS); waits are caw_sleep's, the network is caw_fetch's`,
      1,
    );
    return NOSYS;
  };
  function call(name: string): Function {
    const ours = calls[name] as Function | undefined;
    if (!/^(fd|path)_/.test(name)) return ours ?? missing(name);
    const theirs = fileCalls[name] ?? (name.startsWith('path_') ? missing(name) : () => BADF);
    const file = (fd: number) => (fd <= 2 ? (reopened[fd] ?? fd) : fd);
    // Theirs has three of its own, which the program must not reach: the process's, in Node.
    if (name === 'fd_renumber')
      return (from: number, to: number) => {
        if (!fileCalls[name] || file(from) <= 2) return BADF;
        if (to > 2) return theirs(file(from), to);
        machine.flush();
        if (file(to) > 2) fileCalls['fd_close']!(file(to));
        reopened[to] = file(from);
        return OK;
      };
    return (fd: number, ...more: unknown[]) => {
      const at = file(fd);
      if (at > 2) {
        if (name === 'fd_close' && fd <= 2) reopened[fd] = -1;
        return theirs(at, ...more);
      }
      return at < 0 ? BADF : (ours ?? (() => STANDARD[name] ?? BADF))(fd, ...more);
    };
  }
  // A pointer past 2 GiB comes from the module as a negative number. And what the host throws, or the program's own files, is no trap.
  const guarded =
    (name: string, made: Function) =>
    (...args: unknown[]): unknown => {
      try {
        return made(...args.map((arg) => (typeof arg === 'number' ? arg >>> 0 : arg)));
      } catch (error) {
        if (machine.ended) throw error;
        machine.report(`cawait: ${name} failed: ${describe(error)}`, 1);
        return IO;
      }
    };
  const names = WebAssembly.Module.imports(module).flatMap(({ module: from, name }) => (from === WASI ? name : []));
  return Object.fromEntries(names.map((name) => [name, guarded(name, call(name))]));
}
