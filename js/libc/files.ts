// Owns: WASI's calls about files over a disk in memory, under the root: descriptors, paths, errors.
// Must not know: how a disk keeps its files (disk.ts); output, clocks and whatever else the C library asks for (libc.ts).

import { inside, mount, parent, type Content, type Files } from './disk.ts';
import type { Machine, Pointer } from '../base/machine.ts';
import { encoder } from '../base/text.ts';
import { give, type Entry } from './listing.ts';

export type { Files } from './disk.ts';
/** @internal */
export { wrongFile } from './disk.ts';

/** Calls of files beyond the three of stdio, by name; a number is an errno of WASI. @internal */
export type FileCalls = (machine: Machine) => Record<string, (...args: never[]) => number>;

const OK = 0,
  BADF = 8,
  EXIST = 20,
  FBIG = 22,
  INVAL = 28,
  ISDIR = 31,
  NOENT = 44,
  NOTDIR = 54,
  NOTEMPTY = 55;
const DIRECTORY = 3,
  REGULAR = 4;
const CREATE = 1,
  ONLY_DIRECTORY = 2,
  EXCLUSIVE = 4,
  TRUNCATE = 8,
  APPEND = 1;
const READ = 2n,
  WRITE = 64n; // rights
const ROOT = 3; // the descriptor that the C library finds as the root

interface Open {
  directory: string | undefined;
  /** What was in the directory when the reading of it began. */
  listing?: Entry[];
  content: Content | undefined;
  at: number;
  append: boolean;
  /** As it was opened. */
  readable: boolean;
  writable: boolean;
}

class Failure {
  readonly errno: number;
  constructor(errno: number) {
    this.errno = errno;
  }
}

const fail = (errno: number): never => {
  throw new Failure(errno);
};

/** '/a/./b/../c' is '/a/c'; above the root is the root. */
function resolve(directory: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${directory}/${path}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Where in a file. */
const place = (offset: bigint): number => (offset < 0n ? fail(INVAL) : Number(offset));

/** The calls over what the page gave. @internal */
export function memoryFiles(given: Files): FileCalls {
  const disk = mount(given);
  return (machine) => {
    const open: (Open | undefined)[] = [];
    open[ROOT] = { directory: '/', content: undefined, at: 0, append: false, readable: false, writable: false };

    const entry = (fd: number): Open => open[fd] ?? fail(BADF);
    const file = (fd: number): Content => {
      const { content, directory } = entry(fd);
      return content ?? fail(directory === undefined ? BADF : ISDIR);
    };
    /** What may be read, or written. */
    const readable = (fd: number): Content => (entry(fd).readable || entry(fd).directory ? file(fd) : fail(BADF));
    const writable = (fd: number, errno = BADF): Content => (entry(fd).writable ? file(fd) : fail(errno));
    const at = (fd: number, path: Pointer, length: number): string => {
      const text = machine.text(path, length);
      const name = resolve(entry(fd).directory ?? fail(NOTDIR), text);
      return text.endsWith('/') && disk.isFile(name) ? fail(NOTDIR) : name;
    };
    /** A name for something new: its directory is there. */
    const fresh = (path: string): string => {
      if (disk.isFile(parent(path))) fail(NOTDIR);
      if (!disk.isDirectory(parent(path))) fail(NOENT);
      return path;
    };
    const vectors = (list: Pointer, count: number): Uint8Array[] =>
      Array.from({ length: count }, (_, n) => {
        const start = machine.word(list + 8 * n);
        return machine.bytes().subarray(start, start + machine.word(list + 8 * n + 4));
      });

    function stat(out: Pointer, found: Content | undefined, path: string | undefined): number {
      machine.bytes().fill(0, out, out + 64);
      const view = machine.view();
      view.setBigUint64(out + 8, path ? disk.number(path) : 0n, true);
      view.setUint8(out + 16, found ? REGULAR : DIRECTORY);
      view.setBigUint64(out + 24, 1n, true);
      view.setBigUint64(out + 32, BigInt(found?.size ?? 0), true);
      return OK;
    }

    function read(from: Content, start: number, list: Pointer, count: number, out: Pointer): number {
      let size = 0;
      for (const into of vectors(list, count)) {
        const part = from.bytes.subarray(start + size, Math.min(from.size, start + size + into.length));
        into.set(part);
        size += part.length;
      }
      machine.view().setUint32(out, size, true);
      return size;
    }

    function write(to: Content, start: number, list: Pointer, count: number, out: Pointer): number {
      const parts = vectors(list, count);
      const size = parts.reduce((sum, part) => sum + part.length, 0);
      disk.resize(to, Math.max(to.size, start + size));
      for (const part of parts) {
        to.bytes.set(part, start);
        start += part.length;
      }
      disk.put(to);
      machine.view().setUint32(out, size, true);
      return size;
    }

    const found = (path: string): Content | undefined => {
      const it = disk.content(path);
      if (!it && !disk.isDirectory(path)) fail(disk.isFile(parent(path)) ? NOTDIR : NOENT);
      return it;
    };

    const calls: Record<string, (...args: never[]) => number> = {
      fd_prestat_get(fd: number, out: Pointer) {
        if (fd !== ROOT) return BADF;
        machine.view().setUint32(out, 0, true);
        machine.view().setUint32(out + 4, 1, true);
        return OK;
      },
      fd_prestat_dir_name(fd: number, out: Pointer) {
        if (fd !== ROOT) return BADF;
        machine.bytes().set(encoder.encode('/'), out);
        return OK;
      },
      path_open(
        fd: number,
        _follow: number,
        path: Pointer,
        length: number,
        how: number,
        rights: bigint,
        _inherited: bigint,
        flags: number,
        out: Pointer,
      ) {
        const name = at(fd, path, length);
        let it = disk.content(name);
        const directory = !it && disk.isDirectory(name);
        if (how & EXCLUSIVE && (it || directory)) return EXIST;
        if (it && how & ONLY_DIRECTORY) return NOTDIR;
        if (!it && !directory) {
          if (!(how & CREATE)) found(name); // says which error it is
          if (how & ONLY_DIRECTORY) return NOENT;
          if (machine.text(path, length).endsWith('/')) return ISDIR;
          it = disk.create(fresh(name));
        } else if (directory && (how & (CREATE | TRUNCATE) || rights & WRITE)) return ISDIR;
        if (it && how & TRUNCATE) {
          disk.resize(it, 0);
          disk.put(it);
        }
        let free = ROOT + 1;
        while (open[free]) free++;
        open[free] = {
          directory: it ? undefined : name,
          content: it,
          at: 0,
          append: !!(flags & APPEND),
          readable: !!(rights & READ),
          writable: !!(rights & WRITE),
        };
        machine.view().setUint32(out, free, true);
        return OK;
      },
      fd_close(fd: number) {
        entry(fd);
        open[fd] = undefined;
        return OK;
      },
      fd_renumber(from: number, to: number) {
        open[to] = entry(from);
        open[from] = undefined;
        return OK;
      },
      fd_read(fd: number, list: Pointer, count: number, out: Pointer) {
        const from = readable(fd);
        entry(fd).at += read(from, entry(fd).at, list, count, out);
        return OK;
      },
      fd_pread(fd: number, list: Pointer, count: number, offset: bigint, out: Pointer) {
        read(readable(fd), place(offset), list, count, out);
        return OK;
      },
      fd_write(fd: number, list: Pointer, count: number, out: Pointer) {
        const [to, it] = [writable(fd), entry(fd)];
        if (it.append) it.at = to.size;
        it.at += write(to, it.at, list, count, out);
        return OK;
      },
      fd_pwrite(fd: number, list: Pointer, count: number, offset: bigint, out: Pointer) {
        write(writable(fd), place(offset), list, count, out);
        return OK;
      },
      fd_seek(fd: number, offset: bigint, whence: number, out: Pointer) {
        const [{ size }, it] = [file(fd), entry(fd)];
        const to = [0, it.at, size][whence]! + Number(offset);
        if (!(to >= 0)) return INVAL;
        it.at = to;
        machine.view().setBigUint64(out, BigInt(to), true);
        return OK;
      },
      fd_tell(fd: number, out: Pointer) {
        file(fd);
        machine.view().setBigUint64(out, BigInt(entry(fd).at), true);
        return OK;
      },
      fd_fdstat_get(fd: number, out: Pointer) {
        const { content, append } = entry(fd);
        machine.bytes().fill(0, out, out + 24);
        const view = machine.view();
        view.setUint8(out, content ? REGULAR : DIRECTORY);
        view.setUint16(out + 2, append ? APPEND : 0, true);
        view.setBigUint64(out + 8, 2n ** 64n - 1n, true);
        view.setBigUint64(out + 16, 2n ** 64n - 1n, true);
        return OK;
      },
      fd_fdstat_set_flags(fd: number, flags: number) {
        entry(fd).append = !!(flags & APPEND);
        return OK;
      },
      fd_filestat_get(fd: number, out: Pointer) {
        const { content, directory } = entry(fd);
        return stat(out, content, directory ?? content?.path);
      },
      fd_filestat_set_size(fd: number, size: bigint) {
        disk.resize(writable(fd, INVAL), place(size));
        disk.put(file(fd));
        return OK;
      },
      fd_allocate(fd: number, offset: bigint, length: bigint) {
        disk.resize(writable(fd), Math.max(file(fd).size, place(offset) + place(length)));
        disk.put(file(fd));
        return OK;
      },
      fd_readdir(fd: number, buffer: Pointer, room: number, cookie: bigint, out: Pointer) {
        const directory = entry(fd).directory ?? fail(NOTDIR);
        const all = () => [['.', true], ['..', true], ...disk.list(directory)] as [string, boolean][];
        const it = entry(fd);
        if (!cookie || !it.listing)
          it.listing = all().map(([name, isDirectory]) => ({
            name: encoder.encode(name),
            number: disk.number(resolve(directory, name)),
            type: isDirectory ? DIRECTORY : REGULAR,
          }));
        give(machine, it.listing, buffer, room, cookie, out);
        return OK;
      },
      path_filestat_get(fd: number, _follow: number, path: Pointer, length: number, out: Pointer) {
        const name = at(fd, path, length);
        return stat(out, found(name), name);
      },
      path_create_directory(fd: number, path: Pointer, length: number) {
        const name = at(fd, path, length);
        if (disk.content(name) || disk.isDirectory(name)) return EXIST;
        disk.makeDirectory(fresh(name));
        return OK;
      },
      path_remove_directory(fd: number, path: Pointer, length: number) {
        const name = at(fd, path, length);
        if (found(name)) return NOTDIR;
        if (name === '/') return INVAL;
        if (disk.list(name).length) return NOTEMPTY;
        disk.removeDirectory(name);
        return OK;
      },
      path_unlink_file(fd: number, path: Pointer, length: number) {
        const name = at(fd, path, length);
        if (!found(name)) return ISDIR;
        disk.remove(name);
        return OK;
      },
      path_rename(fd: number, path: Pointer, length: number, toFd: number, toPath: Pointer, toLength: number) {
        const [from, to] = [at(fd, path, length), fresh(at(toFd, toPath, toLength))];
        const it = found(from);
        const there = disk.content(to);
        if (from === to) return OK;
        if (!it) {
          if (there) return NOTDIR;
          if (to.startsWith(inside(from))) return INVAL;
          if (disk.isDirectory(to) && disk.list(to).length) return NOTEMPTY;
          for (const key of disk.below(from)) disk.move(key, to + key.slice(from.length));
        } else if (disk.isDirectory(to)) return ISDIR;
        else disk.move(from, to);
        disk.keep(parent(from));
        return OK;
      },
      path_readlink: () => INVAL,
      ...Object.fromEntries(
        ['fd_advise', 'fd_datasync', 'fd_sync', 'fd_filestat_set_times', 'path_filestat_set_times'].map((name) => [
          name,
          () => OK,
        ]),
      ),
    };

    return Object.fromEntries(
      Object.entries(calls).map(([name, call]) => [
        name,
        (...args) => {
          try {
            return call(...args);
          } catch (error) {
            if (error instanceof Failure) return error.errno;
            if (error instanceof RangeError) return FBIG; // no array is so long, or has room here
            throw error;
          }
        },
      ]),
    );
  };
}
