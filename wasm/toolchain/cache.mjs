// What was built before, by the hash of all it was made of: build/cache.
// It must not know who builds what.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  mkdirSync(FOLDER, { recursive: true });
  // Other processes may build the same thing now: a file appears whole or not at all.
  const draft = `${key}.${process.pid}.${drafts++}`;
  writeFileSync(draft, made);
  renameSync(draft, key);
  return made;
}
