// What was built before, by the hash of all it was made of; and how a file is written that others may be reading. In a checkout it is
// kept in build/cache; of the installed package in the user's cache folder, for all projects, within a limit.
// It must not know who builds what.

import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './sources.mjs';

/** What a user's cache may hold. CAWAIT_CACHE_LIMIT, in megabytes, is for who wants another limit. */
const LIMIT = Number(process.env['CAWAIT_CACHE_LIMIT'] ?? 256) * 1024 * 1024;
const CHECKOUT = existsSync(join(ROOT, 'tests/run.mjs'));
/** What is being made. @type {Map<string, Promise<Uint8Array>>} */
const making = new Map();
let drafts = 0;
let bounded = false;

/** The user's cache folder, as each system has it. @param {NodeJS.ProcessEnv} env @param {string} platform @param {string} home */
export function cacheFolder(env = process.env, platform = process.platform, home = homedir()) {
  const { CAWAIT_CACHE, LOCALAPPDATA, XDG_CACHE_HOME } = env;
  if (CAWAIT_CACHE) return CAWAIT_CACHE;
  if (CHECKOUT && env === process.env) return join(ROOT, 'build/cache');
  if (platform === 'darwin') return join(home, 'Library/Caches/cawait/builds');
  if (platform === 'win32') return join(LOCALAPPDATA || join(home, 'AppData/Local'), 'cawait/builds');
  return join(XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : join(home, '.cache'), 'cawait/builds');
}

const FOLDER = cacheFolder();
const BOUNDED = !(CHECKOUT && FOLDER === join(ROOT, 'build/cache'));

/**
 * What `make` gives, unless something was made of the same ingredients before, or is at the moment.
 * @param {(string | Uint8Array)[]} ingredients @param {() => Promise<Uint8Array>} make
 * @returns {Promise<Uint8Array>}
 */
export async function cached(ingredients, make) {
  const hash = createHash('sha256');
  for (const part of ingredients) hash.update(`\0${part.length}\0`).update(part);
  const key = join(FOLDER, hash.digest('hex'));
  try {
    const bytes = readFileSync(key);
    if (BOUNDED) used(key);
    return bytes;
  } catch {
    // Not there: the usual case of new code.
  }
  const begun = making.get(key);
  if (begun) return begun;
  const made = make();
  making.set(key, made);
  try {
    keep(key, await made);
  } finally {
    making.delete(key);
  }
  return made;
}

/** @param {string} key @param {Uint8Array} made */
function keep(key, made) {
  try {
    place(key, made);
    if (BOUNDED && !bounded) bound();
    bounded = true; // once a run: what one run adds is little
  } catch {
    // A cache that cannot be written (a read-only home, a full disk) costs time, and nothing else.
  }
}

/** What is used now is given up last. @param {string} key */
function used(key) {
  try {
    utimesSync(key, new Date(), new Date());
  } catch {
    // Read-only, or given up this moment.
  }
}

/**
 * Gives up what was not used for longest, down to three quarters of the limit. Builds that run meanwhile have read what they need, or
 * make it again.
 * @param {string} [folder] @param {number} [limit]
 */
export function bound(folder = FOLDER, limit = LIMIT) {
  const entries = readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isFile() ? [{ path, size: stat.size, time: stat.mtimeMs }] : [];
  });
  let size = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (size <= limit) return;
  for (const { path, size: one } of entries.sort((a, b) => a.time - b.time)) {
    if (size <= limit * 0.75) break;
    rmSync(path, { force: true });
    size -= one;
  }
}

/**
 * Makes a folder, and those that it is in. Node's own never ends where the system says ENOENT though the folder above is there, as
 * /proc does.
 * @param {string} path
 */
export function makeFolder(path) {
  if (isFolder(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  try {
    mkdirSync(path);
  } catch (error) {
    if (!isFolder(path)) throw error; // else another process has made it
  }
}

/** @param {string} path */
function isFolder(path) {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Writes a file, and its folders. Other processes may read it or write it now: it appears whole or not at all.
 * @param {string} path @param {Uint8Array | string} bytes
 */
export function place(path, bytes) {
  makeFolder(dirname(path));
  const special = lstatSync(path, { throwIfNoEntry: false })?.isFile() === false; // a link, /dev/null: not to be replaced
  const draft = special ? path : `${path}.${process.pid}.${drafts++}`;
  try {
    writeFileSync(draft, bytes);
    if (!special) renameSync(draft, path);
  } catch (error) {
    if (!special) rmSync(draft, { force: true });
    throw error;
  }
}
