// Paths as a person gives them: where they lead, what is there, how they are told again.
// It must not know what the files are for.

import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';

/** @param {string} path @param {NodeJS.Platform} [system] */
export const slashes = (path, system = process.platform) => (system === 'win32' ? path.replaceAll('\\', '/') : path);

/**
 * An absolute path, with its steps up: where those lead is the system's to say.
 * @param {string} folder @param {string} path
 */
export function within(folder, path) {
  if (process.platform === 'win32') return resolve(folder, path);
  return isAbsolute(path) ? path : `${isAbsolute(folder) ? folder : resolve(folder)}/${path}`;
}

/**
 * Where a path leads, without steps up. One from a folder that is a link is one from the folder that it leads to, unless on Windows.
 * @param {string} folder @param {string} path
 */
export function actual(folder, path) {
  const whole = within(folder, path);
  if (process.platform === 'win32' || !/\/\.\.(\/|$)/.test(whole)) return resolve(whole);
  const up = (/** @type {string} */ at) => dirname(isLink(at) ? realpathSync(at) : at);
  return whole.split('/').reduce((at, part) => (part === '..' ? up(at) : join(at, part)), '/');
}

/** @param {string} path */
function isLink(path) {
  try {
    return lstatSync(path).isSymbolicLink() && statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** How a path is told to a person who works in `cwd`: short if it is below it. @param {string} path @param {string} cwd */
export function told(path, cwd) {
  const inside = relative(cwd, path);
  return slashes(inside !== '' && !inside.startsWith('..') && !isAbsolute(inside) ? inside : path);
}

/** Whether two files that are there are one. @param {import('node:fs').Stats | null} a @param {import('node:fs').Stats | null} b */
export const same = (a, b) => a !== null && b !== null && a.ino === b.ino && a.dev === b.dev;

/** What is at a path; null: nothing. @param {string} path */
export function look(path) {
  try {
    return statSync(path);
  } catch {
    return null; // a part of the path may be a file, too long, or not for us
  }
}

/** A path as a word of a shell's `$(...)`, which no quotes keep together: without spaces, if it has none from here. @param {string} path */
export function word(path) {
  const [all, near] = [slashes(path), slashes(relative('.', path))];
  return [all, near].find((it) => !/\s/.test(it)) ?? all.replace(/\s/g, '\\$&');
}
