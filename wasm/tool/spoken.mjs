// What a compiler or linker says of a mistake with our macros, in a person's words: what names and assertions of our headers say as a
// sentence, at the person's line, without how the macros got there.
// It must not know which compiler it was.

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { plain } from './diagnostics.mjs';

const HEAD = /^(.+?):(\d+):(\d+): (?:fatal )?(error|warning|note): (.*)$/;
const BELOW = /^ *(?:\d+ )?\| /;

/** Names that are sentences: this_works_only_after_CAW_TRY, CAW_TRY_without_CAW_END_TRY. See CAW__ONLY and CAW__MUST_END of coro.h. */
const NAMES =
  /^(?:call to undeclared function|declaration of 'struct|unused variable) ?'?((?:this|CAW(?:_[A-Z]+)+)_(?:works|without|loop)_\w+)'.*/;

const RETURNING = /^incompatible .* returning .* from a function with result type '/;

/** What is rewritten else, first match first. @type {[RegExp, string][]} */
const WORDS = [
  [/^static assertion failed(?: due to requirement '.*?')?: (?=.*\b(?:CAW_|async function))/, ''],
  [/^call to 'caw__\w+' declared with 'error' attribute: /, ''],
  [
    /^called object type ('.*'\)?) is not a function or function pointer$/,
    'MACRO: $1 is no handle of something to await',
  ],
  [
    new RegExp(
      `${RETURNING.source.replace('returning .*', "returning 'caw__handle_type' \\(aka '(.*) \\(.*'\\)")}typeof\\((.*?) \\(.*`,
    ),
    'MACRO($1) in a function that is CAW_ASYNC($2, ...)',
  ],
  [new RegExp(`${RETURNING.source}.*CAW_RETURN.*`), 'an async function is left by CAW_RETURN, not by return'],
  [/'[^']*' \(aka '([^'()]+?) ?\(\*\)\(struct caw_any \*\)'\)/g, "'caw_of($1)'"],
  [/'caw__body_(\w+)'/g, "'$1'"],
  [/^initializing .*caw__nothing'.*/, 'MACRO: an async function of void, or a generator, returns no value'],
  [/^use of GNU address-of-label extension.*/, 'the address of a label cannot be taken in an async function'],
  [
    /^cannot jump from this asm goto statement to one of its possible targets$/,
    'MACRO while a variable with __attribute__((cleanup)) is alive: its cleanup would run here, too; use CAW_DEFER',
  ],
  [/^typedef redefinition .*caw__CAW_EXCEPT.*/, 'CAW_EXCEPT and CAW_EXCEPT_GROUP cannot be in one CAW_TRY'],
  [/'typeof \((?:__builtin_|\(caw__)[^']*' \(aka ('[^']*')\)/g, '$1'],
  [/'caw__(?:result|item)_type' \(aka ('[^']*')\)/g, '$1'],
];

/** @param {string} name @param {string} macro  what `this` is */
const words = (name, macro) =>
  (name.match(/CAW(?:_[A-Z]+)+|[a-z]+/g) ?? []).join(' ').replace(/^this(?= works)/, macro);

/**
 * @param {string} text  as it was said, with colours or without @param {string} cwd
 * @param {string[]} headers  folders of ours
 */
export function spoken(text, cwd, headers) {
  /** @param {string} path */
  const ours = (path) => path.startsWith('<scratch') || headers.some((folder) => resolve(cwd, path).startsWith(folder));
  /** @type {string[]} */
  const kept = [];
  /** Errors, and lines of sources that have one: what our macros make of it besides says nothing more. @type {Set<string>} */
  const told = new Set();
  let errors = 0;
  for (const lines of said(text)) {
    const head = plain(lines[0] ?? '');
    const [, path = '', row, , kind] = HEAD.exec(head) ?? [];
    const place = `${path}:${row}`;
    if (kind === 'error') {
      if (told.has(head) || (told.has(place) && lines.some((line) => isBacktrace(line, ours)))) continue;
      told.add(place).add(head);
      errors++;
    }
    kept.push(...inWords(withoutBacktrace(lines, ours)));
  }
  return linked(kept, cwd).replace(/\d+ errors? generated\.$/m, `${errors} error${errors === 1 ? '' : 's'} generated.`);
}

/** What is said, in parts: an error or a warning with all that belongs to it. @param {string} text */
function said(text) {
  /** @type {string[][]} */
  const parts = [[]];
  for (const line of text.split('\n')) {
    const bare = plain(line);
    const kind = HEAD.exec(bare)?.[4];
    if ((kind && kind !== 'note') || /^wasm-ld: |generated\.$/.test(bare)) parts.push([]);
    parts.at(-1)?.push(line);
  }
  return parts;
}

/** @param {string} line @param {(path: string) => boolean} ours */
function isBacktrace(line, ours) {
  const [, path = '', , , kind, message = ''] = HEAD.exec(plain(line)) ?? [];
  return kind === 'note' && ours(path) && / declared here$|^expanded from /.test(message);
}

/** @param {string[]} lines @param {(path: string) => boolean} ours */
function withoutBacktrace(lines, ours) {
  let dropping = false;
  return lines.filter((line) => {
    dropping = isBacktrace(line, ours) || (dropping && BELOW.test(plain(line)));
    return !dropping;
  });
}

/** The first line of a part, in words. @param {string[]} lines */
function inWords(lines) {
  const [head, source = '', mark = ''] = lines;
  if (head === undefined) return [];
  const [, path, row, column, kind = '', message = ''] = HEAD.exec(plain(head)) ?? [];
  if (kind !== 'error') return lines;
  const macro = /^(?:CAW|caw)_\w+/.exec(plain(source).slice(plain(mark).indexOf('^')))?.[0] ?? 'this';
  const name = NAMES.exec(message)?.[1];
  const said = name
    ? words(name, macro)
    : WORDS.reduce((text, [what, instead]) => text.replace(what, instead), message).replace(/^MACRO/, macro);
  if (said === message) return lines;
  const [bold, red, none] = head === plain(head) ? ['', '', ''] : ['\x1b[1m', '\x1b[0;1;31m', '\x1b[0m'];
  return [`${bold}${path}:${row}:${column}: ${red}error: ${none}${bold}${said}${none}`, ...lines.slice(1)];
}

/**
 * The linker's words, with the line of the source that is the reason where it is found.
 * @param {string[]} lines @param {string} cwd
 */
function linked(lines, cwd) {
  const text = lines.join('\n');
  const main =
    /^wasm-ld: error: duplicate symbol: \w*main\w*\n>>> defined in (.*)\n>>> defined in .*no_main_but_CAW_MAIN.*$/m;
  const missing = /^wasm-ld: error: (.*): undefined symbol: (\w+?)_is_of_the_(?:hosts_)?(\w+?)(?:_host)?$/gm;
  return text
    .replace(main, (_, file) =>
      at(
        file,
        /\bint\s+main\s*\(/,
        'int main is never run on JavaScript; write CAW_MAIN(f), f a CAW_ASYNC(int, f, void)',
        cwd,
      ),
    )
    .replace(missing, (_, file, name, hosts) => {
      const remedy = hosts.replace('_and_', ' or --host ');
      return at(file, new RegExp(`\\b${name}\\b`), `${name} is of another host: cawait build --host ${remedy}`, cwd);
    })
    .replace(missing.test(text) ? /^wasm-ld: error: .*: undefined symbol: caw__\w+\n/gm : /(?!)/, '');
}

/** An error at the first line of a file where something is. @param {string} file @param {RegExp} what @param {string} error @param {string} cwd */
function at(file, what, error, cwd) {
  const path = resolve(cwd, file);
  const rows = existsSync(path) && /\.c\w*$/.test(path) ? readFileSync(path, 'utf8').split('\n') : [];
  const row = rows.findIndex((line) => what.test(line));
  if (row < 0) return `wasm-ld: error: ${file}: ${error}`;
  const column = rows[row]?.search(what) ?? 0;
  return `${file}:${row + 1}:${column + 1}: error: ${error}`;
}
