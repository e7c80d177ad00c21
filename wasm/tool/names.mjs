// The names that the package's headers have, for who has misspelt one, not included where it is, or left its arguments out.
// It must not know who asks (spoken.mjs), nor what the names are for.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { meant } from './nearest.mjs';

/** The headers of some folders by the names that #include has for them. @param {string[]} folders  @returns {Map<string, string>} */
function headers(folders) {
  const paths = folders.filter(existsSync).flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .map((path) => String(path).replaceAll('\\', '/'))
      .filter((path) => /^(cawait\/)?\w+\.h$/.test(path))
      .map((path) => /** @type {const} */ ([path, readFileSync(join(folder, path), 'utf8')])),
  );
  return new Map(paths);
}

/** @typedef {{ header: string, form: string }} Name  form: how a macro is written; '': it is none */

/** @param {string[]} folders  @returns {Map<string, Name>} */
function names(folders) {
  const all = headers(folders);
  /** What cawait.h includes, and so on. */
  const usual = new Set(['cawait.h']);
  for (const header of usual)
    for (const [, other = ''] of (all.get(header) ?? '').matchAll(/^#include <(cawait\/\w+\.h)>/gm)) usual.add(other);
  /** @type {Map<string, Name>} */
  const found = new Map();
  for (const [path, text] of all) {
    const header = usual.has(path) ? 'cawait.h' : path;
    for (const [, define, name = '', form = ''] of text.matchAll(
      /^(#define )?(?:[a-z_](?:[\w *]|\([^()]*\))*[ *])?((?:CAW|caw)_[a-zA-Z]\w*)(\([^()]*\))?/gim,
    ))
      if (define || !found.has(name)) found.set(name, { header, form: define ? name + form : '' });
  }
  return found;
}

/** TRY_END for END_TRY. @param {string} name */
const sorted = (name) => name.split('_').sort().join('_');

/** @param {string} name  one that a program uses @param {boolean} called  with a bracket behind it @param {string[]} folders  of headers */
export function unknown(name, called, folders) {
  const all = names(folders);
  const known = all.get(name);
  if (known?.form.includes('(') && !called) return `${name} without its arguments: it is ${known.form}`;
  if (known) return `${name} is of <${known.header}>: #include it`;
  const like = [...all.keys()].filter((one) => one.slice(0, 3) === name.slice(0, 3)).map((one) => one.slice(4));
  const own = name.slice(4);
  const same = [...all.keys()].find((one) => one.toLowerCase() === name.toLowerCase() || sorted(one) === sorted(name));
  const guess = same ? `: did you mean ${same}?` : meant(own, like).replace(/(?<=did you mean )/, name.slice(0, 4));
  return guess ? `there is no ${name}${guess}` : '';
}

/** What a header may be called that was not found; '': nothing like it. @param {string} name @param {string[]} folders */
export function unfound(name, folders) {
  const own = (/** @type {string} */ path) => path.replace(/^cawait\/|\.h$/g, '');
  const guess = meant(own(name), [...headers(folders).keys()].map(own));
  return guess.replace(/(?<=did you mean )\w+/, (one) => (one === 'cawait' ? 'cawait.h' : `cawait/${one}.h`));
}
