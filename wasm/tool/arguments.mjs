// Reads a command line: the command's own options and clang's, which mean what they mean to clang. Each is either passed on to where
// it belongs (compiler, linker, the search for headers) or refused by name: none is ignored.
// It must not know what the commands do, nor what is in a file (but for those of options, @file).

import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { meant } from './nearest.mjs';
import { actual, look, slashes, within } from './paths.mjs';

/** A mistake in how the command was called: told with a hint at the usage, status 2. */
export class UsageError extends Error {
  name = 'UsageError';
}

/** @typedef {'c' | 'c++' | 'object' | 'archive'} Kind */
/**
 * @typedef {object} Parsed
 * @property {Record<string, string | true>} own  the command's own options, by their long names
 * @property {{ path: string, kind: Kind, whole?: boolean }[]} inputs  paths as they were given; whole: between --whole-archive and its end
 * @property {string[]} compile  the compiler's options, in order, those of the search among them
 * @property {import('./view.mjs').Search} search  the same folders
 * @property {string[]} forced   files of -include and -imacros, as they were given: searched as `#include "x"` is, from the folder of work
 * @property {string[]} names    what macros of the command line put in quotes: may be files
 * @property {string[]} link     the linker's own options, without -Wl,
 * @property {{ name: string, whole?: boolean }[]} libraries  of -l
 * @property {string[]} libraryFolders  of -L, absolute
 * @property {string[]} rest     a program's arguments: what comes after `--`, or after the sources
 */

/** @type {Record<string, Kind>} */
const KINDS = {
  '.c': 'c',
  '.cc': 'c++',
  '.cpp': 'c++',
  '.cxx': 'c++',
  '.c++': 'c++',
  '.C': 'c++',
  '.o': 'object',
  '.obj': 'object',
  '.a': 'archive',
};

/** Options of clang's whose value is in the same word or in the next one. */
const VALUED = [
  '-D',
  '-U',
  '-I',
  '-L',
  '-l',
  '-iquote',
  '-isystem',
  '-isystem-after',
  '-idirafter',
  '-include',
  '-imacros',
];
/** Those whose value is always in the next word, and goes on with them to the compiler. */
const PAIRS = ['-mllvm', '-Xclang', '-Xpreprocessor'];
/** What goes on to the compiler as it is. */
const PASSED = /^-(W(?![lap],)|f|m|O([0-4sgz]?|fast)$|g|std=|pedantic|ansi$|w$|trigraphs$|nostdinc)/;

/** What would need another command, or changes what a cawait program is. @type {[RegExp, string][]} */
const REFUSED = [
  [/^-[cSE]$/, 'it always builds a whole module; `cawait flags` says how to compile single files'],
  [/^-M/, 'the dependencies are a result of build() in cawait/build'],
  [/^-(shared|static|r|rdynamic|dynamic|no-pie|pie|fPIE)$/, 'a module is one piece, linked statically'],
  [/^(-pthread|-mthread-model)/, 'programs have one thread'],
  [/^(-target|--target|--sysroot|-isysroot|-arch|-mexec-model|-m(64|32|16|x32)$)/, 'the target follows from --host'],
  [/^-fno-?coroutines/, 'async functions are coroutines'],
  [/^-(nostdlib|nodefaultlibs|nostartfiles)/, 'the library needs the C library'],
  [/^-x$/, 'the language follows from the name of the file: .c, .cc, .cpp, .cxx'],
  [/^-W[ap],/, 'give the option to the compiler itself, without -Wa, or -Wp,'],
  [/^(-v|-###|-save-temps)/, '`cawait flags` prints what the compiler is given'],
  [
    /^-fmodules|^-fprebuilt|^-include-pch/,
    'modules and precompiled headers need files of the compiler that are not kept',
  ],
  [/^-f(profile|coverage)/, 'there is no place for its counts'],
  [/^-fsyntax-only$/, 'it always builds a whole module; with -o /dev/null nothing is kept of it'],
  [
    /^-(ftime-trace|fstack-usage|fsave-optimization-record|foptimization-record-file|fproc-stat-report=|gsplit-dwarf|gmodules)/,
    'only the module is kept of what the compiler writes',
  ],
  [/^-f(openmp(?!-simd)|openacc)/, 'programs have one thread; -fopenmp-simd is there'],
  [/^-f(pass-)?plugin/, 'the embedded compiler loads none'],
  [/^-fno-integrated-as$|^-fembed-bitcode/, 'objects are those of the compiler itself'],
  [/^-fdiagnostics-format/, 'what is said is read as clang says it: diagnostics are data of build() in cawait/build'],
];

/** The same of the linker's. @type {[RegExp, string][]} */
const REFUSED_LINK = [
  [/^(-o|--output)/, '-o without -Wl, names the module'],
  [/^-{1,2}(Map|M$)/, 'only the module is kept of what the linker writes; -Wl,--print-map prints it'],
  [/^(-r|--relocatable|-shared|--shared|-pie|--pie|--experimental-pic)$/, 'a module is one piece, linked statically'],
  [/^--(shared-memory|import-memory|export-memory=)/, 'a module has its own memory, and exports it by the name memory'],
  [/^--(start|end)-lib$/, 'objects are linked when they are named; put them into a library'],
  [/^(--reproduce|--lto-obj-path|--save-temps|--time-trace)/, 'only the module is kept of what the linker writes'],
];

/** @param {string} path */
export const kindOf = (path) => KINDS[extname(path)] ?? KINDS[extname(path).toLowerCase()];

/** Words of a file of options: by spaces, quotes keep them together. @param {string} text */
export function words(text) {
  const found = text.matchAll(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g);
  return [...found].map(([word]) =>
    word.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g, (_, double, single, escaped) =>
      double !== undefined ? double.replace(/\\(.)/g, '$1') : (single ?? escaped),
    ),
  );
}

/** The options in a file. @param {string} arg @param {string} cwd */
function optionsOf(arg, cwd) {
  try {
    return words(readFileSync(within(cwd, arg.slice(1)), 'utf8'));
  } catch {
    throw new UsageError(`${arg}: no such file of options`);
  }
}

/**
 * @param {readonly string[]} args
 * @param {{ own: Record<string, 'flag' | 'value'>, cwd: string, program?: boolean }} spec
 *     own: the command's options without their dashes; program: what follows the sources are arguments of the program
 * @returns {Parsed}
 */
export function parse(args, { own, cwd, program = false }) {
  /** @type {Parsed} */
  const parsed = {
    own: {},
    inputs: [],
    compile: [],
    search: { quote: [], angle: [], system: [], after: [] },
    forced: [],
    names: [],
    link: [],
    libraries: [],
    libraryFolders: [],
    rest: [],
  };
  const all = args.indexOf('--');
  const line = all < 0 ? [...args] : args.slice(0, all);
  parsed.rest = all < 0 ? [] : args.slice(all + 1);
  const linker = linkerOf(parsed, cwd);
  const isSource = (/** @type {string} */ path) => /^c/.test(kindOf(path) ?? '');
  /** With it what is the program's may begin. */
  const begun = line.some(isSource) ? isSource : kindOf;
  let inputs = 0;
  let at = 0;
  /** @param {string} option */
  const next = (option) => {
    const value = line[++at];
    if (value === undefined) throw new UsageError(`${option} needs a value`);
    return value;
  };
  for (; at < line.length; at++) {
    const arg = line[at] ?? '';
    if (program && inputs > 0 && !kindOf(arg)) {
      parsed.rest = [...line.slice(at), ...(all < 0 ? [] : args.slice(all))];
      break;
    }
    if (/^@./.test(arg)) {
      line.splice(at--, 1, ...optionsOf(arg, cwd));
      continue;
    }
    const [, long, value] = /^--([a-z][\w-]*)(?:=(.*))?$/s.exec(arg) ?? [];
    const shorts = { '-o': 'out', '-s': 'strip', '-h': 'help', '-q': 'quiet' };
    const name = long ?? shorts[/** @type {keyof typeof shorts} */ (arg.startsWith('-o') ? '-o' : arg)] ?? '';
    if (own[name]) {
      if (own[name] === 'flag' && value !== undefined) throw new UsageError(`--${name} takes no value`);
      const joined = arg.startsWith('-o') && arg.length > 2 ? arg.slice(2) : undefined;
      parsed.own[name] = own[name] === 'flag' ? true : (value ?? joined ?? next(arg));
    } else if (!arg.startsWith('-') || arg === '-') {
      const kind = kindOf(arg);
      if (!kind) throw new UsageError(unknownInput(arg));
      if (begun(arg)) inputs++;
      parsed.inputs.push({ path: arg, kind, ...linker.within() });
    } else option(arg, next, parsed, { cwd, own: Object.keys(own), linker });
  }
  linker.end();
  // Where no program takes what is behind --, those are files, whatever they begin with.
  if (!program)
    for (const path of parsed.rest.splice(0)) {
      const kind = kindOf(path);
      if (!kind) throw new UsageError(unknownInput(path));
      parsed.inputs.push({ path: path.startsWith('-') ? `./${path}` : path, kind });
    }
  return parsed;
}

/** @param {string} arg */
function unknownInput(arg) {
  if (arg === '') return 'an argument is empty: it names no file';
  if (arg === '-') return 'reading a program from standard input is not supported: name a file';
  if (/\.h(pp|h|xx)?$/.test(arg)) return `${arg} is a header: name the sources that include it`;
  if (look(arg)?.isDirectory()) return `${arg} is a folder: name the files in it`;
  return `${arg} is neither a source (.c, .cc, .cpp, .cxx) nor an object (.o) nor a library (.a)`;
}

/**
 * Takes the linker's words one by one. What names files or folders is found as the command's own are; what counts by its place on the
 * linker's line is remembered with what it is about.
 * @param {Parsed} parsed @param {string} cwd
 */
function linkerOf({ link, inputs, libraries, libraryFolders }, cwd) {
  let folder = false; // the next word is one
  let whole = false;
  const take = (/** @type {string} */ word) => {
    const refused = REFUSED_LINK.find(([pattern]) => pattern.test(word));
    if (refused) throw new UsageError(`-Wl,${word} is not supported: ${refused[1]}`);
    const [, named] = /^(?:-L|--library-path=)(.+)/.exec(word) ?? [];
    const [, library] = /^(?:-l|--library=)(.+)/.exec(word) ?? [];
    const kind = word.startsWith('-') ? undefined : kindOf(word);
    if (folder || named) libraryFolders.push(actual(cwd, named ?? word));
    else if (library) libraries.push({ name: library, ...take.within() });
    else if (kind === 'object' || kind === 'archive') inputs.push({ path: word, kind, ...take.within() });
    else if (/^--(no-)?whole-archive$/.test(word)) whole = !word.startsWith('--no');
    else if (word !== '-L') link.push(word);
    folder = !folder && word === '-L';
  };
  /** What is said of an input or a library that is named now. */
  take.within = () => (whole ? { whole } : {});
  take.end = () => {
    if (folder) throw new UsageError('-Wl,-L needs a value');
  };
  return take;
}

/**
 * An input or a library on the linker's line: what is needed of it, or all.
 * @param {string} word @param {{ whole?: boolean | undefined } | undefined} of @param {string} [before]  what a driver wants before options of the linker's
 */
export const entire = (word, of, before = '') =>
  of?.whole ? [`${before}--whole-archive`, word, `${before}--no-whole-archive`] : [word];

/**
 * One option of clang's.
 * @param {string} arg @param {(option: string) => string} next @param {Parsed} parsed
 * @param {{ cwd: string, own: string[], linker: ReturnType<typeof linkerOf> }} of  own: the command's options, for who has misspelt one
 */
function option(arg, next, parsed, { cwd, own, linker }) {
  const { compile, search } = parsed;
  const refused = REFUSED.find(([pattern]) => pattern.test(arg));
  if (refused) throw new UsageError(`${arg} is not supported: ${refused[1]}`);
  if (arg.startsWith('-Wl,')) return arg.slice(4).split(',').forEach(linker);
  if (arg === '-Xlinker') return linker(next(arg));
  if (PAIRS.includes(arg)) return void compile.push(arg, next(arg));
  // The longest first: -include is no -I.
  const valued = VALUED.filter((name) => arg.startsWith(name)).sort((a, b) => b.length - a.length)[0];
  if (valued) {
    const value = arg === valued ? next(arg) : arg.slice(valued.length);
    const path = within(cwd, value);
    if (valued === '-l') return void parsed.libraries.push({ name: value, ...linker.within() });
    if (valued === '-L') return void parsed.libraryFolders.push(actual(cwd, value));
    if (valued === '-D' || valued === '-U') {
      for (const [, quoted, angled] of value.matchAll(/"([^"]+)"|<([^<>]+)>/g))
        parsed.names.push(quoted ?? angled ?? '');
      return void compile.push(valued + value);
    }
    if (valued === '-iquote') search.quote.push(path);
    if (valued === '-I') search.angle.push(path);
    if (valued === '-isystem') search.system.push(path);
    if (valued === '-idirafter' || valued === '-isystem-after') search.after.push(path);
    if (valued === '-include' || valued === '-imacros') parsed.forced.push(value);
    return void (valued === '-I' ? compile.push(`-I${slashes(value)}`) : compile.push(valued, slashes(value)));
  }
  if (PASSED.test(arg)) return void compile.push(arg);
  const known = [...own.map((name) => `--${name}`), ...VALUED, '-Wall', '-std=', '-O2', '-O1', '-O0', '-Os'];
  throw new UsageError(`unknown option ${arg}${meant(arg.replace(/(?<==).*|(?<=^--.*)=.*/, ''), known)}`);
}
