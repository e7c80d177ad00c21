// A folder for what is temporary and the processes that work for the command: both are gone when it ends, by a signal, too.
// It must not know what is in the folder or what the processes do.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** @type {Set<string>} */
const folders = new Set();
/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();

/** Leaves nothing behind, and ends as the signal would have it; where somebody else hears it, that is theirs. @param {NodeJS.Signals} signal */
function leave(signal) {
  if (process.listenerCount(signal) > 1) return;
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  process.off(signal, leave);
  process.kill(process.pid, signal);
}

/** @template T @param {string} prefix @param {(folder: string) => Promise<T>} use */
export async function inFolder(prefix, use) {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  if (folders.size === 0) for (const signal of SIGNALS) process.on(signal, leave);
  folders.add(folder);
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    folders.delete(folder);
    if (folders.size === 0) for (const signal of SIGNALS) process.off(signal, leave);
  }
}

/** A process that works for the command while there is a folder. @template {import('node:child_process').ChildProcess} T @param {T} child */
export function working(child) {
  children.add(child);
  child.on('exit', () => children.delete(child));
  return child;
}
