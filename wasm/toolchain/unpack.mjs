// The library's sources as files, for a compiler that reads those: `node unpack.mjs FOLDER` does it for CMake.
// It must not know who compiles them.

import { existsSync, readFileSync, readlinkSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from './cache.mjs';
import { CHECKOUT, ROOT, packed } from './sources.mjs';

/** Somebody else may be doing the same. @param {string} target @param {string} path */
function link(target, path) {
  try {
    if (readlinkSync(path) === target) return;
    unlinkSync(path);
  } catch {
    // There is none yet.
  }
  try {
    symlinkSync(target, path, 'junction');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
}

/**
 * A folder that has them, and the rest of the package as `dist`: the checkout, or this one, into which they are written.
 * @param {string} folder
 */
export function unpack(folder) {
  if (CHECKOUT) return ROOT;
  for (const [path, text] of Object.entries(packed() ?? {})) {
    const file = join(folder, path);
    // What is there already keeps its time: nothing is built again.
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    makeFolder(dirname(file));
    writeFileSync(file, text);
  }
  link(join(ROOT, 'dist'), join(folder, 'dist'));
  return folder;
}

if (process.argv[1] === import.meta.filename) unpack(process.argv[2] ?? '.');
