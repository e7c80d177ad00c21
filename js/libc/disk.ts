// Owns: the disk of a program in a page: files in memory by their paths, directories as they follow from these.
// Must not know: descriptors, or WASI's calls (files.ts).
//
// The Map that the page gave is the disk: its keys are absolute paths ('/data/a.txt'; '/empty/' is a directory with nothing in it), a
// directory is there as long as something is in it or it was made. What the program writes stands in the Map at once.

import { bytesOf, tagOf } from '../base/bytes.ts';
import { describe, what } from '../base/look.ts';
import { messageOf } from '../base/thrown.ts';
import { encoder } from '../base/text.ts';

/** Files by their absolute paths. In a Map what the program writes is found; a value is a view that the next write may replace. */
export type Files = Map<string, Uint8Array | string> | Readonly<Record<string, Uint8Array | string>>;

/** Of whatever realm. */
const isMap = (given: Files): given is Map<string, Uint8Array | string> => what(given) === 'an object (Map)';

/** The bytes of what stands in the Map, also what the page has put there since. A TypeError, if it is something else. */
function bytesIn(path: string, value: unknown): Uint8Array {
  if (typeof value === 'string') return encoder.encode(value);
  if (tagOf(value) !== 'Uint8Array')
    throw new TypeError(`files: '${path}' is ${what(value)}, not a string or a Uint8Array`);
  try {
    return bytesOf(value)!;
  } catch (error) {
    throw new TypeError(`files: '${path}': ${messageOf(error)}`);
  }
}

/** What is wrong with what was given; undefined: nothing. @internal */
export function wrongFile(given: Files): string | undefined {
  if (typeof given !== 'object' || given === null)
    return 'files is an object or a Map, of bytes or text by absolute paths';
  const entries: [unknown, unknown][] = isMap(given) ? [...given] : Object.entries(given);
  const paths = new Set<unknown>(entries.map(([path]) => path));
  for (const [path, value] of entries) {
    if (typeof path !== 'string' || !/^(\/(?!\.{1,2}(\/|$))[^/\0]+)+\/?$/.test(path))
      return `files: '${describe(path)}' is no absolute path without '.', '..', '//' and NUL`;
    try {
      bytesIn(path, value);
    } catch (error) {
      return (error as Error).message;
    }
    for (let end = 0; (end = path.indexOf('/', end + 1)) > 0;)
      if (paths.has(path.slice(0, end))) return `files: '${path.slice(0, end)}' is a file, and a directory: '${path}'`;
  }
  return undefined;
}

/** What a file's bytes are in; whoever has it open shares it. `bytes` may have room behind `size`. @internal */
export interface Content {
  bytes: Uint8Array;
  size: number;
  /** Where it stands in the Map; undefined: it was removed, or another file was put there. */
  path: string | undefined;
  /** What the Map has of it. */
  value: Uint8Array | string;
  /** The bytes are the page's own: not to be written into. */
  borrowed: boolean;
}

/** @internal */
export const parent = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
/** @internal */
export const inside = (path: string): string => (path === '/' ? path : `${path}/`);

/** @internal */
export type Disk = ReturnType<typeof mount>;

/** The disk over what the page gave. Paths are absolute and plain. @internal */
export function mount(given: Files) {
  const disk = isMap(given) ? given : new Map(Object.entries(given));
  const contents = new Map<string, Content>();
  /** What tells a file or directory from others, st_ino: sqlite's locks and walks of trees go by it. */
  const numbers = new Map<string, bigint>();
  let last = 0n;

  /** The entry of a path; undefined: there is no such file. A value that the page put there meanwhile is a new file. */
  function content(path: string): Content | undefined {
    const value = disk.get(path);
    const known = contents.get(path);
    if (value === undefined) return undefined;
    if (known?.value === value) return known;
    if (known) known.path = undefined;
    const bytes = bytesIn(path, value);
    const made = { bytes, size: bytes.length, path, value, borrowed: true };
    contents.set(path, made);
    return made;
  }

  const isDirectory = (path: string): boolean =>
    path === '/' || [...disk.keys()].some((key) => key.startsWith(inside(path)));

  /** A directory that loses its last entry does not go with it. */
  function keep(directory: string): void {
    if (directory !== '/' && !isDirectory(directory)) disk.set(inside(directory), '');
  }

  function put(file: Content): void {
    file.value = file.bytes.subarray(0, file.size);
    if (file.path !== undefined) disk.set(file.path, file.value);
  }

  function resize(file: Content, size: number): void {
    if (size > file.bytes.length || file.borrowed) {
      const room = new Uint8Array(size > file.bytes.length ? Math.max(size, 2 * file.bytes.length, 256) : size);
      room.set(file.bytes.subarray(0, Math.min(file.size, size)));
      file.bytes = room;
      file.borrowed = false;
    } else if (size > file.size) file.bytes.fill(0, file.size, size);
    file.size = size;
  }

  function remove(path: string): void {
    const file = contents.get(path);
    if (file) file.path = undefined;
    contents.delete(path);
    numbers.delete(path);
    disk.delete(path);
    keep(parent(path));
  }

  /** What is in a directory, in order, and whether that is one. */
  function list(directory: string): [string, boolean][] {
    const names = new Map<string, boolean>();
    const start = inside(directory);
    for (const key of disk.keys()) {
      if (!key.startsWith(start) || key === start) continue;
      const [name = '', ...deeper] = key.slice(start.length).split('/');
      names.set(name, deeper.length > 0);
    }
    return [...names].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  function number(path: string): bigint {
    const known = numbers.get(path);
    if (known === undefined) numbers.set(path, ++last);
    return known ?? last;
  }

  function move(from: string, to: string): void {
    const value = disk.get(from)!;
    const moved = contents.get(from);
    const covered = contents.get(to);
    if (covered) covered.path = undefined;
    disk.delete(from);
    disk.set(to, value);
    contents.delete(from);
    contents.delete(to);
    numbers.set(to, number(from));
    numbers.delete(from);
    if (!moved) return;
    moved.path = to;
    contents.set(to, moved);
  }

  return {
    content,
    isDirectory,
    keep,
    put,
    resize,
    remove,
    list,
    move,
    number,
    /** Everything in a directory, by path. */
    below: (path: string): string[] => [...disk.keys()].filter((key) => key.startsWith(inside(path))),
    isFile: (path: string): boolean => disk.get(path) !== undefined,
    create(path: string): Content {
      disk.set(path, new Uint8Array());
      return content(path)!;
    },
    makeDirectory: (path: string): void => void disk.set(inside(path), ''),
    removeDirectory(path: string): void {
      disk.delete(inside(path));
      keep(parent(path));
    },
  };
}
