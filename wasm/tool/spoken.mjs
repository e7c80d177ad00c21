// What a compiler or linker says of a mistake with our macros, in a person's words: what names and assertions of our headers say as a
// sentence, at the person's line, without how the macros got there.
// It must not know which compiler it was.

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { plain } from './diagnostics.mjs';

const HEAD = /^(.+?):(\d+):(\d+): (?:fatal )?(error|warning|note): (.*)$/;
const SOURCE = /^ *\d+ \| (.*)$/;
const BELOW = /^ *(?:\d+ )?\| /;

/** Names that are sentences: this_works_only_after_CAW_TRY, CAW_TRY_without_CAW_END_TRY. See CAW__ONLY and CAW__MUST_END of coro.h. */
const NAMES =
  /(?:call to undeclared function|declaration of 'struct|unused variable) ?'?((?:this|CAW(?:_[A-Z]+)+)_(?:works|without|loop)_\w+)'.*?(?= \[-W|\x1b|$)/;
const SENTENCE = /static assertion failed(?: due to requirement '.*?')?: (?=.*\b(?:CAW_|async function))/;

/** @param {string} name @param {string} macro  what `this` is */
const words = (name, macro) =>
  (name.match(/CAW(?:_[A-Z]+)+|[a-z]+/g) ?? []).join(' ').replace(/^this(?= works)/, macro || 'this');

/**
 * @param {string} text  as it was said, with colours or without @param {string} cwd
 * @param {string[]} headers  folders of ours
 */
export function spoken(text, cwd, headers) {
  const lines = text.split('\n');
  const bare = lines.map(plain);
  /** @type {string[]} */
  const kept = [];
  let dropping = false;
  bare.forEach((line, n) => {
    const [, path = '', , column, kind, message = ''] = HEAD.exec(line) ?? [];
    if (kind === undefined) {
      dropping &&= BELOW.test(line);
      if (!dropping) kept.push(lines[n] ?? '');
      return;
    }
    const own = path.startsWith('<scratch') || headers.some((folder) => resolve(cwd, path).startsWith(folder));
    dropping = kind === 'note' && own && / declared here$|^expanded from /.test(message);
    if (dropping) return;
    const mark = (bare[n + 2] ?? '').indexOf('^');
    const source = SOURCE.exec(bare[n + 1] ?? '') ? (bare[n + 1] ?? '') : '';
    const macro = /^\w+/.exec(mark < 0 ? '' : source.slice(mark))?.[0] ?? '';
    const name = NAMES.exec(message)?.[1];
    const said = lines[n] ?? '';
    if (name !== undefined && column !== undefined)
      kept.push(
        said
          .replace('fatal error', 'error')
          .replace(NAMES, words(name, macro))
          .replace(/ \[-W.*?\]/, ''),
      );
    else kept.push(said.replace(SENTENCE, ''));
  });
  return linked(kept, cwd).join('\n');
}

/**
 * The linker's words, with the line of the source that is the reason where it is found.
 * @param {string[]} lines @param {string} cwd
 */
function linked(lines, cwd) {
  const text = lines.join('\n');
  const main =
    /^wasm-ld: error: duplicate symbol: \w*main\w*\n>>> defined in (.*)\n>>> defined in .*no_main_but_CAW_MAIN.*$/m;
  const missing = /^wasm-ld: error: (.*): undefined symbol: (\w+)_is_of_the_(\w+)_host$/gm;
  return text
    .replace(main, (_, file) =>
      at(
        file,
        /\bint\s+main\s*\(/,
        'int main is never run on JavaScript; write CAW_MAIN(f), f a CAW_ASYNC(int, f, void)',
        cwd,
      ),
    )
    .replace(missing, (_, file, name, host) =>
      at(file, new RegExp(`\\b${name}\\b`), `${name} is of another host: cawait build --host ${host}`, cwd),
    )
    .replace(missing.test(text) ? /^wasm-ld: error: .*: undefined symbol: caw__\w+\n/gm : /(?!)/, '')
    .split('\n');
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
