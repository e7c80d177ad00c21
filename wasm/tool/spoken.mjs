// What a compiler or linker says of a mistake with our macros, in a person's words: what names and assertions of our headers say as a
// sentence, at the person's line, without how the macros got there.
// It must not know which compiler it was.

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { plain } from './diagnostics.mjs';
import { unfound, unknown } from './names.mjs';
import { actual } from './paths.mjs';

const HEAD = /^(.+?):(\d+):(\d+): (?:fatal )?(error|warning|note): (.*)$/;
const BELOW = /^ *(?:\d+ )?\| /;

/** Names that are sentences: this_works_only_after_CAW_TRY, CAW_TRY_without_CAW_END_TRY. See CAW__ONLY and CAW__MUST_END of coro.h. */
const NAMES =
  /^(?:call to undeclared function|declaration of 'struct|unused variable) ?'?((?:this|CAW(?:_[A-Z]+)+)_(?:works|without|loop)_\w+)'.*/;

const RETURNING = /^incompatible .* returning .* from a function with result type '/;

/** The handle of a body that is returned, and that of the function: T (*)(...) of an async one, T (**)(...) of a generator. */
const HANDLE = String.raw`'(?:typeof\()?([^']*?) ?\((\*\*?)\)\(struct caw__not_return`;
const OTHER_BODY = new RegExp(
  String.raw`^incompatible .* returning 'caw__handle_type' \(aka ${HANDLE}.* from a function with result type ${HANDLE}.*`,
);

/** @param {string} _ @param {string} type @param {string} kind @param {string} of @param {string} its */
const otherBody = (_, type, kind, of, its) =>
  kind === its
    ? `MACRO(${type}) in a function that is CAW_ASYNC${its === '*' ? '' : '_GEN'}(${of}, ...)`
    : `MACRO in a function that is CAW_ASYNC${its === '*' ? '' : '_GEN'}: its body is CAW_BEGIN${its === '*' ? '' : '_GEN'}(${of})`;

/** What is rewritten else, first match first. @type {[RegExp, string | typeof otherBody][]} */
const WORDS = [
  [/^static assertion failed(?: due to requirement '.*?')?: (?=.*\b(?:CAW_|async function))/, ''],
  [/^call to 'caw__\w+' declared with 'error' attribute: /, ''],
  [
    /^called object type ('.*'\)?) is not a function or function pointer$/,
    'MACRO: $1 is no handle of something to await',
  ],
  [OTHER_BODY, otherBody],
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
  [/^redefinition of 'caw__main'$/, 'CAW_MAIN is here twice: a program has one'],
  [/^redefinition of 'caw__describe_(\w+)'$/, '$1 is exported twice'],
  [
    /^use of undeclared identifier 'CAW__KIND_\w+'$/,
    'MACRO: up to 8 parameters; of more make one struct, see CAW_STRUCT',
  ],
  [/^function (?:definition is not allowed here|declared in block scope .*)$/, 'MACRO belongs outside of functions'],
  [/'typeof \((?:__builtin_|\(caw__)[^']*' \(aka ('[^']*')\)/g, '$1'],
  [/'caw__(?:result|item)_type' \(aka ('[^']*')\)/g, '$1'],
];

/** Behind these nothing that is said of the file is of use: it is read with another compiler in mind, or as another kind of function. */
const FINAL = new RegExp(
  `^"?cawait[\\w.]*: |^CAW_\\w+ is C's: |${OTHER_BODY.source}|undeclared identifier 'CAW__KIND_`,
);

/** What becomes of an array of variable length in an async function if -w makes the compiler silent of it: it ends. */
const ENDED = /Variable Length Arrays \(VLA\) are not supported|While splitting coroutine @/;
const ARRAY =
  'cawait: error: the compiler has died of an async function, most likely of an array of variable length: ' +
  'without -w it says where; use one of fixed size, or malloc and CAW_DEFER(free, it)\n';

/** @param {string} name @param {string} macro  what `this` is */
const words = (name, macro) =>
  (name.match(/CAW(?:_[A-Z]+)+|[a-z]+/g) ?? []).join(' ').replace(/^this(?= works)/, macro);

/**
 * @param {string} text  as it was said, with colours or without @param {string} cwd
 * @param {string[]} headers  folders of ours
 */
export function spoken(text, cwd, headers) {
  if (ENDED.test(text)) return ARRAY;
  /** @param {string} path */
  const ours = (path) => path.startsWith('<scratch') || headers.some((folder) => resolve(cwd, path).startsWith(folder));
  /** @type {string[]} */
  const kept = [];
  /** What was said, and lines of sources that have an error: what our macros make of it besides says nothing more. @type {Set<string>} */
  const told = new Set();
  let counts = { warning: 0, error: 0 };
  let final = false;
  // A macro's name that stands first in a line is told with the end of the line before.
  for (const lines of said(text.replaceAll("'\\\n", "'")).map((part) => inPlace(part, ours))) {
    const head = plain(lines.find((line) => !INCLUDED.test(plain(line))) ?? '');
    if (COUNT.test(head)) {
      kept.push(...[counted(counts)].filter(Boolean), ...lines.slice(1));
      [counts, final] = [{ warning: 0, error: 0 }, false];
      continue;
    }
    const [, path = '', row, , kind, message = ''] = HEAD.exec(head) ?? [];
    const place = `${path}:${row}`;
    if (kind === 'error' || kind === 'warning') {
      if (final || told.has(head)) continue;
      if (told.has(place) && lines.some((line) => isBacktrace(line, ours))) continue;
      if (told.has(`${place} undeclared`) && /conversion/.test(message)) continue;
      if (told.has(place) && /incompatible type 'void'$/.test(message)) continue; // what an await without a type comes to
      told.add(head);
      if (kind === 'error') told.add(place);
      if (UNDECLARED.test(message)) told.add(`${place} undeclared`);
      counts[kind]++;
      final =
        kind === 'error' &&
        (FINAL.test(message) || called(lines, ours) !== undefined || /CAW_/.test(nameless(lines, headers)));
    }
    const macro = lines.map((line, n) => macroAt(line, lines[n + 1] ?? '')).find(Boolean);
    const name = nameless(lines, headers);
    kept.push(...inWords(short(lines, ours, name !== ''), { cwd, macro, form: called(lines, ours), name }));
  }
  return linked(kept, cwd);
}

/** What a name is of which the compiler knows nothing. */
const NAME =
  /^(?:call to undeclared function|use of undeclared identifier|unknown type name) '((?:CAW|caw)_[a-zA-Z]\w*)'(?:; did (you mean))?/;
/** What it makes of one that stands outside of functions. */
const OUTSIDE = /^(?:type specifier missing|expected function body after|expected parameter declarator)/;

/**
 * What is wrong with a name of ours that the compiler does not know; '': nothing is of that kind.
 * @param {string[]} lines @param {string[]} headers
 */
function nameless(lines, headers) {
  const n = lines.findIndex((line) => !INCLUDED.test(plain(line)));
  const [, path = '', , column = '0', kind, message = ''] = HEAD.exec(plain(lines[n] ?? '')) ?? [];
  const source = plain(lines[n + 1] ?? '').replace(/^ *\d* \| /, '');
  if (kind !== 'error' || headers.some((folder) => path.startsWith(folder))) return '';
  const [, absent] = /^'(caw[\w./]*)' file not found/.exec(message) ?? [];
  if (absent) return `'${absent}' file not found${unfound(absent, headers)}`;
  const [, name, guessed] = NAME.exec(message) ?? [];
  if (name) {
    const behind = source.slice(source.indexOf(name, Number(column) - 1) + name.length);
    const its = unknown(name, /^\s*\(/.test(behind), headers);
    return guessed && its.startsWith('there is no ') ? '' : its; // the compiler knows the program's names, too
  }
  const [, stands] = (OUTSIDE.test(message) && /^(?:static |extern )*(CAW_[A-Z_]+) *\(/.exec(source)) || [];
  return stands && !lines.some((line) => /expanded from macro/.test(line)) ? unknown(stands, true, headers) : '';
}

/** It is an int to the compiler. */
const UNDECLARED = /^call to undeclared function '/;

/**
 * How a macro of ours is called, if it was called otherwise.
 * @param {string[]} lines @param {(path: string) => boolean} ours
 */
function called(lines, ours) {
  const n = lines.findIndex((line) => isDefinition(plain(line), ours));
  return n < 0 ? undefined : /#define (\w+\(.*?\))/.exec(plain(lines[n + 1] ?? ''))?.[1];
}

/** @param {string} line @param {(path: string) => boolean} ours */
function isDefinition(line, ours) {
  const [, path = '', , , kind, message = ''] = HEAD.exec(line) ?? [];
  return kind === 'note' && ours(path) && /^macro '\w+' defined here$/.test(message);
}

/** The compiler's last line. */
const COUNT = /^\d+ (?:warning|error)s?(?: and \d+ errors?)? generated\.$/;

/** @param {{ warning: number, error: number }} counts */
function counted({ warning, error }) {
  const said = Object.entries({ warning, error }).flatMap(([what, n]) =>
    n > 0 ? `${n} ${what}${n > 1 ? 's' : ''}` : [],
  );
  return said.length > 0 ? `${said.join(' and ')} generated.` : '';
}

const INCLUDED = /^(?:In file included|\s+) from (.*?):(\d+)(?::\d+)?[:,]$/;

/**
 * What our headers refuse as a whole is told of the line that includes them.
 * @param {string[]} part  an error with what belongs to it @param {(path: string) => boolean} ours
 */
function inPlace(part, ours) {
  const at = part.findIndex((line) => !INCLUDED.test(plain(line)));
  const [, path = '', , , , message = ''] = HEAD.exec(plain(part[at] ?? '')) ?? [];
  const [, absent] = path === '<built-in>' ? (/^'(.*)' file not found$/.exec(message) ?? []) : [];
  if (absent) return [`cawait: error: ${absent}: no such file, which -include names`];
  const [, refused] = /^"cawait[\w.]*: (.*)"$/.exec(message) ?? [];
  if (!refused || !ours(path)) return part;
  const last = part.slice(0, at).findLastIndex((line) => !ours(INCLUDED.exec(plain(line))?.[1] ?? ''));
  const [, file, row] = INCLUDED.exec(plain(part[last] ?? '')) ?? [];
  return file ? [...part.slice(0, last), `${file}:${row}:1: error: cawait: ${refused}`] : part;
}

/** What is said, in parts: an error or a warning with all that belongs to it. @param {string} text */
function said(text) {
  /** @type {string[][]} */
  const parts = [[]];
  for (const line of text.split('\n')) {
    const bare = plain(line);
    const kind = HEAD.exec(bare)?.[4];
    const within = parts.at(-1)?.every((before) => INCLUDED.test(plain(before))); // who included it is told before
    if (!within && ((kind && kind !== 'note') || INCLUDED.test(bare) || /^wasm-ld: |generated\.$/.test(bare)))
      parts.push([]);
    parts.at(-1)?.push(line);
  }
  return parts;
}

/** @param {string} line @param {(path: string) => boolean} ours */
function isBacktrace(line, ours) {
  const [, path = '', , , kind, message = ''] = HEAD.exec(plain(line)) ?? [];
  return kind === 'note' && ours(path) && / declared here$|^expanded from /.test(message);
}

/**
 * Without how our macros got there: and if they did, with no more than the first of what else tells of macros; and without the source
 * of what a misspelt name may have meant, which is all that is between the two; and without that, where we know better.
 * @param {string[]} lines @param {(path: string) => boolean} ours @param {boolean} better
 */
function short(lines, ours, better) {
  const through = lines.some((line) => isBacktrace(line, ours));
  let dropping = false;
  let expansions = 0;
  let meant = false;
  return lines.filter((line) => {
    const bare = plain(line);
    if (BELOW.test(bare)) return !dropping && !(better && /^ *\| +\w+$/.test(bare)); // nor what the compiler would put there
    const proposed = / note: did you mean /.test(bare);
    dropping = isBacktrace(line, ours) || isDefinition(bare, ours) || (meant && / declared here$/.test(bare));
    dropping ||= proposed && better;
    const expansion = / note: expanded from macro /.test(bare) && through && !dropping;
    if (expansion && expansions++ > 0) dropping = true;
    const keep = !dropping || (meant && !ours(bare));
    meant = proposed;
    return keep && !/^note: \(skipping /.test(bare);
  });
}

/**
 * The first line of a part, in words.
 * @param {string[]} lines @param {{ cwd: string, macro?: string | undefined, form?: string | undefined, name: string }} of
 *     macro: of ours, the first that is told of; form: how the one is called that was called otherwise; name: what is wrong with one
 */
function inWords(lines, { cwd, macro, form, name: unnamed }) {
  const n = lines.findIndex((line) => !INCLUDED.test(plain(line)));
  const head = lines[n] ?? '';
  const [, path = '', row = '', column, kind = '', message = ''] = HEAD.exec(plain(head)) ?? [];
  if (kind !== 'error') return lines;
  const name = NAMES.exec(message)?.[1];
  const said = unnamed
    ? unnamed
    : name
      ? words(name, macro ?? 'this')
      : WORDS.reduce((text, [what, instead]) => text.replace(what, /** @type {string} */ (instead)), outside(message))
          .replace(/^MACRO/, macro ?? 'this')
          .replace(/^cawait: /, '');
  if (said === message) return lines;
  const [bold, red, none] = head === plain(head) ? ['', '', ''] : ['\x1b[1m', '\x1b[0;1;31m', '\x1b[0m'];
  const spoken = `${bold}${path}:${row}:${column}: ${red}error: ${none}${bold}${said}${none}`;
  return [...lines.slice(0, n), spoken, ...lines.slice(n + 1)];

  /** What is wrong where there is no function that our macros could know of. @param {string} message */
  function outside(message) {
    if (form) return message.replace(/ provided to function-like macro invocation$/, `: it is ${form}`);
    const source = plain(lines[n + 1] ?? '').replace(/^ *\d* \| /, '');
    const [, bare] =
      (/^(?:called object |expected expression$)/.test(message) &&
        /(CAW_[A-Z_]+)\(?$/.exec(source.slice(0, Number(column) - 1))) ||
      [];
    if (bare) return `${bare} is written without brackets`;
    if (macro && message === 'statement expression not allowed at file scope')
      return `${macro} works only in an async function between CAW_BEGIN and CAW_END`;
    const array = message.startsWith('variable length array used');
    if (
      !(array || /^non-void function does not return a value/.test(message)) ||
      !isAsync(actual(cwd, path), Number(row))
    )
      return message;
    return array
      ? 'an array of variable length in an async function: use one of fixed size, or malloc and CAW_DEFER(free, it)'
      : 'CAW_ASYNC without CAW_BEGIN: its body is CAW_BEGIN(type) { ... } CAW_END;';
  }
}

/** The macro of ours that a mark is under. @param {string} source @param {string} mark */
const macroAt = (source, mark) => /^(?:CAW|caw)_[A-Za-z]\w*/.exec(plain(source).slice(plain(mark).indexOf('^')))?.[0];

/** Whether the function that a line is of is an async one. @param {string} path @param {number} row */
function isAsync(path, row) {
  if (!existsSync(path)) return false;
  const above = readFileSync(path, 'utf8').split('\n').slice(0, row);
  return above
    .slice(above.slice(0, -1).findLastIndex((line) => /^\}/.test(line)) + 1)
    .some((line) => /\bCAW_ASYNC(_GEN)?\s*\(/.test(line));
}

/** What the compiler makes calls of that the system has no library for. */
const RUNTIMES = {
  cxa: ['exceptions of C++', 'without -fexceptions, errors are results or CAW_RAISE'],
  ubsan: ['-fsanitize=', 'add -fsanitize-trap=undefined, which needs none; or --checked'],
  asan: ['-fsanitize=address', 'its like for what is of cawait is --checked; or CMake, natively'],
  kmpc: ['OpenMP', 'programs have one thread'],
};

/**
 * The linker's words, with the line of the source that is the reason where it is found.
 * @param {string[]} lines @param {string} cwd
 */
function linked(lines, cwd) {
  // The portable header knows no hosts.
  const text = lines.join('\n').replaceAll(': caw__http_here', ': CAW_HTTP_HANDLER_is_of_the_hosts_js_and_wasip3');
  const main =
    /^wasm-ld: error: duplicate symbol: \w*main\w*\n>>> defined in (.*)\n>>> defined in .*no_main_but_CAW_MAIN.*$/m;
  const nothing =
    /^wasm-ld: error: (.*?): undefined symbol: __(cxa_\w*(?:exception|throw|catch)|ubsan|asan|kmpc)\w*\n/gm;
  const first = nothing.exec(text);
  if (first) {
    const [what, remedy] = RUNTIMES[/^cxa/.test(first[2] ?? '') ? 'cxa' : /** @type {'ubsan'} */ (first[2])];
    return text.replace(nothing, '') + `wasm-ld: error: ${first[1]}: there is no library for ${what} here: ${remedy}\n`;
  }
  const twice =
    /^wasm-ld: error: duplicate symbol: caw__(?:main|(http_handle)|describe_(\w+))\n>>> defined in (.*)\n>>> defined in (.*)$/gm;
  const missing = /^wasm-ld: error: (.*): undefined symbol: (\w+?)_is_of_the_(?:hosts_)?(\w+?)(?:_host)?$/gm;
  return text
    .replace(/^wasm-ld: error: duplicate symbol: caw__exported_\w+\n>>> .*\n>>> .*\n\n?/gm, '')
    .replace(twice, (_, http, name, first, second) => {
      const [what, error] = name
        ? [new RegExp(`\\bCAW_EXPORT\\w*\\([^,]*, *${name}\\b`), `${name} is exported in ${first}, too`]
        : [
            http ? /\bCAW_HTTP_HANDLER\s*\(/ : /\bCAW_MAIN\s*\(/,
            `${http ? 'CAW_HTTP_HANDLER' : 'CAW_MAIN'} is in ${first}, too: a program has one`,
          ];
      return at(second, what, error, cwd);
    })
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
  const path = actual(cwd, file);
  const rows = existsSync(path) && /\.c\w*$/.test(path) ? readFileSync(path, 'utf8').split('\n') : [];
  const row = rows.findIndex((line) => what.test(line));
  if (row < 0) return `wasm-ld: error: ${file}: ${error}`;
  const column = rows[row]?.search(what) ?? 0;
  return `${file}:${row + 1}:${column + 1}: error: ${error}`;
}
