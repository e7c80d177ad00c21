// Owns: the files of a program in Node: directories of the machine, by node:wasi.
// Must not know: what else the C library asks for (libc.ts). Loaded only where a program is given preopens.

import { statSync } from 'node:fs';
import { WASI } from 'node:wasi';
import { what } from '../base/look.ts';
import type { Machine, Pointer } from '../base/machine.ts';
import type { FileCalls } from './files.ts';
import { give, take, type Entry } from './listing.ts';

type Calls = Record<string, (...args: unknown[]) => number>;

/** What is known of Bun's node:wasi, which is another one than Node's: an open file's offset, undefined while nothing moved it. */
interface BunsWASI {
  setMemory(memory: WebAssembly.Memory): void;
  FD_MAP: Map<number, { offset?: bigint | undefined }>;
}

const APPEND = 1;

/**
 * Bun takes an offset of zero for none: what is written after `fseek(file, 0, SEEK_SET)` goes to where the machine's descriptor was left,
 * and what was written is not counted. So each file begins at a zero of its own, which is written to by fd_pwrite; but one that is
 * appended to has none, for its writes go to its end wherever it was read.
 */
function countedFromZero({ FD_MAP: files }: BunsWASI, calls: Calls, memory: WebAssembly.Memory): Calls {
  const { path_open: open, fd_write: write, fd_pwrite: pwrite } = calls;
  if (!open || !write || !pwrite) return {};
  const number = (at: number) => new DataView(memory.buffer).getUint32(at >>> 0, true);
  const appended = new WeakSet<object>();
  return {
    path_open(...args: unknown[]) {
      const [flags, at] = args.slice(-2) as [number, number];
      const status = open(...args);
      const file = status === 0 ? files.get(number(at)) : undefined;
      if (file && flags & APPEND) appended.add(file);
      else if (file) file.offset ??= 0n;
      return status;
    },
    fd_write(descriptor, pieces, count, at) {
      const file = files.get(descriptor as number);
      if (file && appended.has(file)) file.offset = undefined;
      if (file?.offset !== 0n) return write(descriptor, pieces, count, at);
      const status = pwrite(descriptor, pieces, count, 0n, at);
      if (status === 0) file.offset = BigInt(number(at as number));
      return status;
    },
  };
}

/** What is wrong with what was given; undefined: nothing. (node:wasi says `UVWASI_ENOENT, uvwasi_init`.) */
function wrongPreopen(preopens: unknown): string | undefined {
  if (typeof preopens !== 'object' || preopens === null)
    return `it is an object, of directories by the names that the program has for them; got ${what(preopens)}`;
  for (const [name, path] of Object.entries(preopens)) {
    if (typeof path !== 'string') return `'${name}' is ${what(path)}, not the path of a directory`;
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
      return `'${name}' is '${path}', which is no directory`;
  }
  return undefined;
}

/** Where a directory is read anew at each call, as many entries are skipped as were read, though the program has removed them. */
function readWhole(machine: Machine, read: Calls[string]): Calls[string] {
  const listings = new Map<number, Entry[]>();
  type Args = [fd: number, buffer: Pointer, room: number, cookie: bigint, out: Pointer];
  return (...args) => {
    const [fd, buffer, room, cookie, out] = args as Args;
    if (!cookie) {
      const all: Entry[] = [];
      listings.delete(fd);
      // To the last: Bun and Deno give less than there is room for before it, which the C library takes for the end.
      for (let from = 0n; ;) {
        const status = read(fd, buffer, room, from, out);
        if (status !== 0) return status;
        const used = machine.word(out);
        const { entries, next } = take(machine, buffer, used);
        if (!entries.length && used) return status; // not one has room: it is asked again
        if (!entries.length || next === from) break;
        all.push(...entries);
        from = next;
      }
      listings.set(fd, all);
    }
    const listing = listings.get(fd);
    if (!listing) return read(...args);
    give(machine, listing, buffer, room, cookie, out);
    return 0;
  };
}

/** Descriptors 0 to 2 are the loader's own: what is printed goes to its callbacks. */
export function preopenedFiles(preopens: Readonly<Record<string, string>>): FileCalls {
  const wrong = wrongPreopen(preopens);
  if (wrong) throw new TypeError(`cawait: preopens: ${wrong}`);
  const wasi = new WASI({ version: 'preview1', preopens: { ...preopens } });
  return (machine) => {
    const calls: Calls = { ...(wasi.wasiImport as Calls) };
    if (calls['fd_readdir']) calls['fd_readdir'] = readWhole(machine, calls['fd_readdir']);
    // It wants an instance, but of that only the memory.
    let begun = false;
    const begin = () => {
      if (begun) return;
      const { memory } = machine.x;
      if ('setMemory' in wasi) {
        const buns = wasi as unknown as BunsWASI;
        buns.setMemory(memory);
        Object.assign(calls, countedFromZero(buns, calls, memory));
      } else wasi.initialize({ exports: { memory } });
      begun = true;
    };
    return Object.fromEntries(
      Object.keys(calls).map((name) => [
        name,
        (...args: unknown[]) => {
          begin();
          return calls[name]?.(...args);
        },
      ]),
    ) as ReturnType<FileCalls>;
  };
}
