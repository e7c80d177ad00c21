// What was built before, by the hash of all it was made of: build/cache; and how a file is written that others may be reading.
// It must not know who builds what.

import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './sources.mjs';

const FOLDER = join(ROOT, 'build/cache');
let drafts = 0;

/**
 * What `make` gives, unless something was made of the same ingredients before.
 * @param {(string | Uint8Array)[]} ingredients @param {() => Promise<Uint8Array>} make
 * @returns {Promise<Uint8Array>}
 */
export async function cached(ingredients, make) {
  const hash = createHash('sha256');
  for (const part of ingredients) hash.update(`\0${part.length}\0`).update(part);
  const key = join(FOLDER, hash.digest('hex'));
  try {
    return readFileSync(key);
  } catch {
    // Not there: the usual case of new code.
  }
  const made = await make();
  place(key, made);
  return made;
}

/**
 * Writes a file, and its folders. Other processes may read it or write it now: it appears whole or not at all.
 * @param {string} path @param {Uint8Array} bytes
 */
export function place(path, bytes) {
  mkdirSync(dirname(path), { recursive: true });
  const special = lstatSync(path, { throwIfNoEntry: false })?.isFile() === false; // a link, /dev/null: not to be replaced
  const draft = special ? path : `${path}.${process.pid}.${drafts++}`;
  writeFileSync(draft, bytes);
  if (!special) renameSync(draft, path);
}
