// Builds a user's program: what `cawait build` and cawait/build (js/tool/build.ts) do. Sources and options in; module, types, diagnostics
// and dependencies out.
// It must not know the command line (arguments.mjs reads it), nor how a compiler is run (embedded.mjs, native.mjs).

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { place } from '../toolchain/cache.mjs';
import { hostOf, libraryName } from '../toolchain/sources.mjs';
import { UsageError, parse } from './arguments.mjs';
import { diagnosticsOf, plain } from './diagnostics.mjs';
import { checkGiven } from './given.mjs';
import { meant } from './nearest.mjs';
import { actual, look, same, slashes, told, within } from './paths.mjs';
import { spoken } from './spoken.mjs';
import { typesOf } from './types.mjs';
import { HEADERS, missing } from './view.mjs';

export const HOSTS = /** @type {const} */ (['js', 'wasip1', 'wasip2', 'wasip3', 'sim']);
export const STACK = 256 * 1024; // below the data, so that an overflow traps instead of writing over it

/**
 * As many names of async functions in a file as the embedded compiler's buffer for arguments has room for; each has its price, so a file
 * has them that needs them.
 */
export const MOST_NAMES = 1024;
/** What the compiler says of a file that needs more of them than it was given. */
export const NAMELESS = /one async function more in this file/;

/** Those whose modules are called into. @type {readonly Host[]} */
export const REACTORS = ['js', 'wasip3'];

/** What a program of WASI 0.2 needs. */
export const WASIP2 =
  "take a wasi-sdk's clang (--cc), or clang with Debian's wasi-libc of 2026 and its libclang-rt-dev-wasm32";

/** @typedef {(typeof HOSTS)[number]} Host */
/**
 * @typedef {object} Options
 * @property {readonly string[]} sources    C and C++ files, objects, static libraries
 * @property {Host | 'wasi'} [host]  js (the default): a module for load(); wasip1 (wasi): a command; wasip2, wasip3: a component; sim:
 *                                 virtual time
 * @property {string} [wit]        of a component: its own world, a file or a folder; without it, it is a command
 * @property {string} [world]      which of the worlds there
 * @property {readonly string[]} [flags]    clang's options, as on its command line
 * @property {string} [out]        where the module is written; without it, it is only returned
 * @property {string} [cwd]        what relative paths are relative to
 * @property {boolean} [checked]   reports misuse with file and line; -O1 -g unless `flags` say otherwise
 * @property {boolean} [strip]     the smallest module
 * @property {string} [cc]         another compiler than the embedded one: clang-19, the clang of a wasi-sdk, emcc
 * @property {string} [name]       what the module is called where it is not written: `out` names it otherwise
 * @property {(what: string) => void} [progress]  told what is done now
 */
/** @typedef {import('./diagnostics.mjs').Diagnostic} Diagnostic */
/** @typedef {{ module: Uint8Array<ArrayBuffer>, types: string, moduleTypes: string, diagnostics: Diagnostic[], text: string, dependencies: string[] }} Result */

/** A program that was refused: `diagnostics` says where and why, `text` is what the compiler says (spoken.mjs), in colours. */
export class BuildError extends Error {
  name = 'BuildError';
  /** @param {string} text @param {string} [cwd] @param {string[]} [dependencies]  what it may depend on, as far as is known */
  constructor(text, cwd = process.cwd(), dependencies = []) {
    const said = spoken(text, cwd, HEADERS);
    super(plain(said).trimEnd());
    this.text = said;
    this.dependencies = dependencies;
    this.diagnostics = diagnosticsOf(said, cwd);
  }
}

/** @param {string} given @param {string} cwd */
function present(given, cwd) {
  const stat = look(within(cwd, given));
  if (!stat) throw new BuildError(`${given}: no such file`, cwd, [actual(cwd, given)]);
  if (stat.isDirectory()) throw new BuildError(`${given} is a folder: name the files in it`);
}

/** What is wrong with where the module is to be written, as far as it can be known before there is one. @param {string} out @param {string} cwd @param {{ path: string }[]} inputs */
function vacant(out, cwd, inputs) {
  const there = look(actual(cwd, out));
  if (there?.isDirectory() || /[\\/]$/.test(slashes(out)))
    throw new BuildError(`${out} cannot be written: it is a folder`);
  if (inputs.some(({ path }) => same(there, look(within(cwd, path)))))
    throw new UsageError(`${out} is what the module is built of: -o needs another name`);
}

/** @type {Record<keyof Options, import('./given.mjs').Kind>} */
const OPTIONS = {
  ...{ sources: 'strings', host: 'string', wit: 'string', world: 'string', flags: 'strings', out: 'string' },
  ...{ cwd: 'string', checked: 'boolean', strip: 'boolean', cc: 'string', name: 'string', progress: 'function' },
};

/**
 * Builds a program.
 * @param {Options} options
 * @returns {Promise<Result>}
 */
export async function build(options) {
  checkGiven('build()', options, OPTIONS);
  const { sources = [], flags = [], cwd = process.cwd(), ...rest } = options;
  const parsed = parse(flags, { own: {}, cwd });
  const { inputs } = parse(['--', ...sources], { own: {}, cwd });
  return buildParsed({ ...parsed, inputs: [...inputs, ...parsed.inputs] }, { cwd, ...rest });
}

/**
 * The same of options that were read already.
 * @param {import('./arguments.mjs').Parsed} parsed @param {Omit<Options, 'sources' | 'flags'>} options
 * @returns {Promise<Result>}
 */
export async function buildParsed(
  parsed,
  { host: given = 'js', out, cwd = process.cwd(), cc, progress = () => {}, ...options },
) {
  const host = knownHost(given);
  if ((options.wit || options.world) && host !== 'wasip3')
    throw new UsageError('--wit and --world are for --host wasip3: no other is a component');
  if (parsed.inputs.length === 0) throw new UsageError('no source is named');
  for (const { path } of parsed.inputs) present(path, cwd);
  if (out !== undefined) vacant(out, cwd, parsed.inputs);
  if (host === 'wasip2' && !cc) throw new BuildError(`the embedded compiler has no C library for WASI 0.2: ${WASIP2}`);
  const finish = await finisher(host, options, cwd);
  const { checked = false, strip = false } = options;
  const debug = checked || parsed.compile.some((flag) => /^-g(?!0$)/.test(flag));
  const job = {
    parsed,
    host,
    cwd,
    checked,
    progress,
    name: basename(out ?? options.name ?? 'app.wasm'),
    // Before the user's own, which have the last word. The C that is meant is clang's own default.
    compile: ['-Wall', ...(checked ? ['-O1', '-g', '-DCAW_CHECKED'] : ['-O2']), ...parsed.compile],
    link: [
      ...['--gc-sections', '--stack-first', '-z', `stack-size=${STACK}`],
      ...(strip ? ['--strip-all'] : debug ? [] : ['--strip-debug']),
      ...(debug ? [] : ['--compress-relocations']),
      ...(host === 'wasip3' && !options.wit ? ['--undefined=caw__run_export'] : []), // a command is one even if nothing asks for its start
      ...parsed.link,
    ],
  };
  const made = cc ? await (await import('./native.mjs')).make({ ...job, cc }) : await embedded(job);
  let { bytes } = made;
  // The linker calls what stands for a main that is nowhere so; it traps.
  if (!REACTORS.includes(host) && Buffer.from(bytes).includes('undefined_weak:main'))
    throw new BuildError(`${job.name} has nothing to run: no main, no CAW_MAIN`);
  if (strip && !isComponent(bytes)) {
    progress('making it small');
    bytes = await (await import('../toolchain/optimize.mjs')).optimize(bytes);
  } else if (!isComponent(bytes)) bytes = (await import('../toolchain/called.mjs')).called(bytes);
  if (finish) {
    progress('making it a component');
    bytes = await finish(bytes);
  }
  const module = new Uint8Array(bytes);
  const sources = parsed.inputs
    .filter(({ kind }) => kind === 'c' || kind === 'c++')
    .map((input) => actual(cwd, input.path));
  const path = out === undefined ? undefined : actual(cwd, out);
  if (path !== undefined) write(path, module, out ?? '');
  // Plain C, in which nothing is of ours, is no module for load(): it has no types, and load() will say so.
  const ours =
    host === 'js' &&
    WebAssembly.Module.exports(await WebAssembly.compile(module)).some(({ name }) => name === 'caw_abi');
  const texts = () => sources.map((source) => String(read(source)));
  const { types, moduleTypes } = ours
    ? await typesOf(module, basename(job.name), texts(), basename(sources[0] ?? ''))
    : { types: '', moduleTypes: '' };
  const said = spoken(made.said, cwd, HEADERS);
  return {
    module,
    types,
    moduleTypes,
    diagnostics: diagnosticsOf(said, cwd),
    text: said,
    dependencies: made.dependencies,
  };
}

/** A host by what it is called. @param {string} given  @returns {Host} */
export function knownHost(given) {
  const host = hostOf(given);
  if (given === 'native') throw new UsageError("native programs are your own build's: CMake's cawait::native");
  if (HOSTS.some((one) => one === host)) return /** @type {Host} */ (host);
  throw new UsageError(`there is no host ${given}${meant(given, [...HOSTS, 'wasi']) || `: ${HOSTS.join(', ')}`}`);
}

/** What is done to a linked module; null: nothing. @param {Host} host @param {import('../toolchain/component.mjs').World} world @param {string} cwd */
async function finisher(host, world, cwd) {
  if (host === 'wasip3') return componentMaker(world, cwd);
  if (host !== 'wasip2') return null;
  // A wasi-sdk's linker has done it.
  return async (/** @type {Uint8Array} */ bytes) =>
    isComponent(bytes) ? bytes : (await componentMaker(null, cwd))(bytes);
}

/** What a component begins with, where a module has another version. @param {Uint8Array} bytes */
export const isComponent = (bytes) => bytes[0] === 0 && bytes[1] === 0x61 && bytes[4] === 0x0d && bytes[6] === 1;

/** What makes a component of a module; it is asked for first, as it may be missing.
 * @param {import('../toolchain/component.mjs').World | null} of  null: the module says itself which @param {string} cwd */
export async function componentMaker(of, cwd) {
  const { wit, world } = of ?? {};
  const { REMEDY, component, jco } = await import('../toolchain/component.mjs');
  const tools = jco();
  if (!tools) throw new BuildError(`what makes a component is not installed: ${REMEDY}`);
  if (wit !== undefined && !look(actual(cwd, wit))) throw new BuildError(`${wit}: no such file`);
  const own = { ...(wit ? { wit: actual(cwd, wit) } : {}), ...(world ? { world } : {}) };
  return async (/** @type {Uint8Array} */ bytes) => {
    try {
      return await component(bytes, of && own, tools);
    } catch (error) {
      throw new BuildError(`it makes no component: ${/** @type {any} */ (error).payload ?? error}`);
    }
  };
}

/** Why a file was not read. @param {unknown} error  the system's @param {string} given  what it was called */
function unread(error, given) {
  const { code, syscall } = /** @type {NodeJS.ErrnoException} */ (error);
  return syscall ? new BuildError(`${given} cannot be read: ${code}`) : error;
}

/** The bytes of a file. @param {string} path @param {string} [given]  what it was called */
export function read(path, given = path) {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unread(error, given);
  }
}

/** @param {string} path @param {Uint8Array | string} bytes @param {string} given */
export function write(path, bytes, given) {
  try {
    place(actual(process.cwd(), path), bytes);
  } catch (error) {
    const { code = '', syscall } = /** @type {NodeJS.ErrnoException} */ (error);
    const folder = syscall === 'mkdir' ? `its folder cannot be made: ${code}` : code;
    const why = /^(EEXIST|ENOTDIR)$/.test(code) ? 'its folder is a file' : folder;
    throw new BuildError(`${given} cannot be written: ${look(path)?.isDirectory() ? 'it is a folder' : why}`);
  }
}

/** What is not there but in the cache. @template T @param {() => T} put */
export function inCache(put) {
  try {
    return put();
  } catch (error) {
    const { path, code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (!code) throw error; // it is not about the cache
    throw new BuildError(`${path ?? 'the cache'} cannot be written (${code}): CAWAIT_CACHE names another folder`);
  }
}

/**
 * @typedef {object} Job  what both kinds of compiler are given
 * @property {import('./arguments.mjs').Parsed} parsed @property {Host} host @property {string} cwd @property {boolean} checked
 * @property {string} name  the module's @property {string[]} compile @property {string[]} link
 * @property {(what: string) => void} progress
 */

/** @param {Job} job */
async function embedded({ parsed, host, cwd, checked, name, compile: flags, link: linkFlags, progress }) {
  const { compile, link, Refusal } = await compiler();
  const { View } = await import('./view.mjs');
  const { library } = await import('../toolchain/library.mjs');
  const isSource = (/** @type {string} */ kind) => kind === 'c' || kind === 'c++';
  const names = parsed.inputs.filter(({ kind }) => isSource(kind)).map(({ path }) => path);
  /** What may be read, if it is there. @type {Set<string>} */
  const seen = new Set(parsed.forced.map((name) => actual(cwd, name)));
  let done = 0;
  const objects = await settled(
    parsed.inputs.map(async ({ path, kind }) => {
      if (!isSource(kind)) return { bytes: read(actual(cwd, path), path), said: '', dependencies: [actual(cwd, path)] };
      progress(names.length > 1 ? `compiling ${path} (${done} of ${names.length} done)` : `compiling ${path}`);
      const view = viewOf(path);
      const standard = kind === 'c++' && !flags.some((flag) => /^-std=.*\+\+/.test(flag)) ? ['-std=gnu++20'] : [];
      const cxx = kind === 'c++' ? [...standard, '-fno-exceptions'] : [];
      const of = flags.filter((flag) => !flag.startsWith('-std=') || /\+\+/.test(flag) === (kind === 'c++'));
      const object = await compile({
        source: path,
        view,
        flags: [...cxx, ...of],
        cwd,
        coroutines: kind === 'c',
      }).finally(() => view.own().forEach((file) => seen.add(file)));
      done++;
      return object;
    }),
    (said) => new BuildError(said, cwd, [...seen, ...missing(said, cwd, parsed.search)]),
  );
  const said = objects.map((object) => object.said).join('');
  progress('linking');
  const found = parsed.libraries.map(({ name, whole }) => {
    const file = name.startsWith(':') ? name.slice(1) : `lib${name}.a`;
    const path = parsed.libraryFolders.map((folder) => join(folder, file)).find((at) => look(at)?.isFile());
    return { name, whole, path };
  });
  const paths = found.flatMap(({ path }) => path ?? []);
  const ours = await Promise.all(
    [host, 'core'].map(async (group) => ({ name: libraryName(group), bytes: await library(group, checked) })),
  );
  const cxx = parsed.inputs.some(({ kind }) => kind === 'c++') ? ['c++', 'c++abi'] : [];
  try {
    const linked = await link({
      inputs: [
        ...parsed.inputs.map(({ path, whole }, n) => ({
          name: slashes(path),
          whole,
          bytes: objects[n]?.bytes ?? new Uint8Array(),
        })),
        ...found.flatMap(({ path, whole }) => (path ? { name: slashes(path), whole, bytes: read(path) } : [])),
        ...ours,
      ],
      libraries: [...found.filter(({ path }) => !path), ...cxx.map((name) => ({ name }))],
      flags: linkFlags,
      reactor: REACTORS.includes(host),
      out: name,
    });
    const dependencies = [...new Set([...objects.flatMap((object) => object.dependencies), ...paths])];
    return { bytes: linked.bytes, said: said + linked.said, dependencies };
  } catch (error) {
    if (error instanceof Refusal) throw new BuildError(said + error.said, cwd, [...seen, ...paths]);
    throw error;
  }

  /** @param {string} path */
  function viewOf(path) {
    try {
      return new View(path, parsed.search, { names: parsed.forced, cwd }, parsed.names);
    } catch (error) {
      throw unread(error, told(/** @type {NodeJS.ErrnoException} */ (error).path ?? path, cwd));
    }
  }

  /** All objects; if some sources were refused, what was said of all. What is no refusal goes first.
   * @template T @param {Promise<T>[]} jobs @param {(said: string) => Error} refusal */
  async function settled(jobs, refusal) {
    const ends = await Promise.allSettled(jobs);
    const failed = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    const other = failed.find((error) => !(error instanceof Refusal));
    if (other) throw other;
    if (failed.length > 0) throw refusal(failed.map((error) => error.said).join(''));
    return ends.map((end) => /** @type {PromiseFulfilledResult<T>} */ (end).value);
  }
}

/** The embedded compiler; it is the user's to install. */
async function compiler() {
  try {
    return await import('./embedded.mjs');
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new BuildError(
      'the embedded compiler is not installed: npm install --save-dev @yowasp/clang (or name your own: --cc clang)',
    );
  }
}
