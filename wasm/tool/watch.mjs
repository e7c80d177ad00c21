// Tells when one of some files changed, or one appeared beside them that could be meant instead.
// It must not know what they are for.

import { watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { look } from './paths.mjs';

/** What an editor writes in one go is one change. */
const SETTLED = 20;
const SOURCE = /\.(c|cc|cpp|cxx|h|hh|hpp|hxx|inc|o|a)$/i;

export class Watch {
  /** The files that are followed, and what they were. @type {Map<string, string>} */
  #files = new Map();
  /** @type {Map<string, { watcher: import('node:fs').FSWatcher, ino: number | undefined }>} */
  #folders = new Map();
  /** What has changed since it was asked last. */
  #changed = '';
  /** @type {((path: string) => void) | null} */
  #waiting = null;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #began = Date.now();

  /** What changes from now on is not known to who reads the files now. */
  begin() {
    this.#began = Date.now();
  }

  /** Follows these files, and no others. @param {string[]} paths  absolute */
  follow(paths) {
    this.#files = new Map(paths.map((path) => [path, this.#state(path)]));
    const folders = new Set(paths.map((path) => this.#folderOf(path)));
    for (const [folder, { watcher, ino }] of this.#folders)
      if (!folders.has(folder) || look(folder)?.ino !== ino) {
        watcher.close();
        this.#folders.delete(folder);
      }
    for (const folder of folders)
      if (!this.#folders.has(folder)) {
        const watcher = watch(folder, (kind, name) => this.#event(join(folder, name ?? ''), kind));
        watcher.on('error', () => {}); // Windows' way to say that the folder has gone
        this.#folders.set(folder, { watcher, ino: look(folder)?.ino });
      }
    // Written while it was read: it may have been read before.
    const late = paths.find((path) => (look(path)?.mtimeMs ?? 0) >= this.#began);
    if (late) this.#tell(late);
  }

  /** The folder in which a file would be noticed. If its own is not there, it is the one where that would appear. @param {string} path */
  #folderOf(path) {
    let folder = dirname(path);
    if (look(folder)?.isDirectory()) return folder;
    for (; !look(dirname(folder))?.isDirectory(); folder = dirname(folder));
    this.#files.set(folder, '');
    return dirname(folder);
  }

  /** @param {string} path */
  #state(path) {
    const stat = look(path);
    return stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : '';
  }

  /** @param {string} path @param {string} kind */
  #event(path, kind) {
    const before = this.#files.get(path);
    const now = this.#state(path);
    if (before === undefined ? kind === 'rename' && now !== '' && SOURCE.test(path) : before !== now) {
      this.#files.set(path, now);
      this.#tell(path);
    }
  }

  /** @param {string} path */
  #tell(path) {
    this.#changed ||= path;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.#waiting || !this.#changed) return;
      const [tell, what] = [this.#waiting, this.#changed];
      this.#waiting = null;
      this.#changed = '';
      tell(what);
    }, SETTLED);
  }

  /** The path of what changed, as soon as something has. @returns {Promise<string>} */
  changed() {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      if (this.#changed) this.#tell(this.#changed);
    });
  }

  close() {
    clearTimeout(this.#timer);
    for (const { watcher } of this.#folders.values()) watcher.close();
  }
}
