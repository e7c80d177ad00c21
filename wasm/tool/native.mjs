// Compiles and links with the user's own clang: Debian's, LLVM's, a wasi-sdk's, with the package's archives; or with emcc (emscripten.mjs).
// It must not know of command lines (arguments.mjs), nor of the embedded compiler, which need not be installed.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { packaged } from '../toolchain/archives.mjs';
import { libraryName } from '../toolchain/sources.mjs';
import { CORO_NAMES, coroFlags } from '../toolchain/rsp.mjs';
import { entire } from './arguments.mjs';
import { BuildError, MOST_NAMES, NAMELESS, REACTORS, WASIP2 } from './build.mjs';
import { compiled } from './compiled.mjs';
import { actual } from './paths.mjs';
import { HEADERS, listed, missing } from './view.mjs';
import { inFolder, working } from './work.mjs';

const OLDEST = 17; // before, clang has no coroutines for C

/** A word of a command line of cmd.exe's. @param {string} word */
const quoted = (word) =>
  /^[\w@+:./\\-]+$/.test(word) ? word : `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;

/**
 * How a command is started. Windows has Emscripten's as batch files, which only its shell runs.
 * @param {string} cc @param {string[]} args @param {NodeJS.Platform} [system]
 * @returns {[string, string[], { windowsVerbatimArguments?: boolean }]}
 */
export function commandOf(cc, args, system = process.platform) {
  if (system !== 'win32' || !/\.(bat|cmd)$|(^|[\\/])em(cc|ar|\+\+)$/i.test(cc)) return [cc, args, {}];
  const line = [cc, ...args].map(quoted).join(' ');
  return [process.env['ComSpec'] ?? 'cmd.exe', ['/d', '/s', '/c', `"${line}"`], { windowsVerbatimArguments: true }];
}

/**
 * Runs the compiler; what it says, on both.
 * @param {string} cc @param {string[]} args @param {string} cwd
 * @returns {Promise<{ status: number | null, said: string }>}
 */
export function called(cc, args, cwd) {
  return new Promise((done, fail) => {
    const [file, words, how] = commandOf(cc, args);
    const child = working(spawn(file, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'], ...how }));
    let said = '';
    child.stdout.on('data', (bytes) => void (said += bytes));
    child.stderr.on('data', (bytes) => void (said += bytes));
    child.on('error', (/** @type {NodeJS.ErrnoException} */ { code }) =>
      fail(new BuildError(`${cc} cannot be run: ${code === 'ENOENT' ? 'there is no such command' : code}`)),
    );
    child.on('close', (status) => done({ status, said: said.replaceAll('\r\n', '\n') }));
  });
}

/** What is in the way of clang's own target: a distribution has the C library beside the system's own. @param {string} target @param {string} folder */
const beside = (target, folder) => [
  `--target=${target}`,
  '--sysroot=/',
  '-nostdlibinc',
  '-isystem',
  `/usr/include/${folder}`,
];

/**
 * What makes this clang one for WASI. A wasi-sdk's knows its C library.
 * @param {string} cc @param {string} said  its version @param {string} cwd @param {boolean} p2  0.2 instead of 0.1
 */
async function target(cc, said, cwd, p2) {
  const major = Number(/clang version (\d+)/.exec(said)?.[1] ?? 0);
  if (major < OLDEST) throw new BuildError(`${cc} is no clang ${OLDEST} or newer: ${said.split('\n')[0]}`);
  const ways = p2
    ? [['--target=wasm32-wasip2'], beside('wasm32-wasip2', 'wasm32-wasip2')]
    : [['--target=wasm32-wasip1'], beside('wasm32-wasi', 'wasm32-wasi')];
  for (const way of ways) if (await asked(cc, [...way, '-print-file-name=crt1-command.o'], cwd)) return way;
  throw new BuildError(
    p2
      ? `${cc} has no C library for WASI 0.2: ${WASIP2}`
      : `${cc} has no C library for WASI: install wasi-libc and libclang-rt-${major}-dev-wasm32, or take a wasi-sdk's`,
  );
}

/** A file of its own that a compiler names; '': it has none. @param {string} cc @param {string[]} args @param {string} cwd */
async function asked(cc, args, cwd) {
  const path = (await called(cc, args, cwd)).said.trim();
  return /[\\/]/.test(path) && existsSync(path) ? path : '';
}

/**
 * What the driver is told for WASI 0.2, if the linker that makes components, and the compiler's own library for it, are a wasi-sdk's
 * alone: the module is made a component then, and the library is that of 0.1.
 * @param {string} cc @param {string[]} way @param {string} cwd
 */
async function plainLinker(cc, way, cwd) {
  const flags = (await asked(cc, ['-print-prog-name=wasm-component-ld'], cwd)) ? [] : ['-fuse-ld=lld'];
  if (await asked(cc, [...way, '-print-libgcc-file-name'], cwd)) return flags;
  const builtins = await asked(cc, ['--target=wasm32-wasi', '-print-libgcc-file-name'], cwd);
  return builtins ? [...flags, '-nodefaultlibs', '-lc', builtins] : flags;
}

/**
 * How a kind of compiler does it.
 * @typedef {object} Way
 * @property {string[]} compile  what comes before the user's options
 * @property {string[]} link     what the linker is told by this driver
 * @property {string[]} archives  the library
 */

/** @param {import('./build.mjs').Job & { cc: string }} job @param {string} version  the compiler's @param {string} work @returns {Promise<Way>} */
async function clang(job, version, work) {
  const { cc, host, cwd, checked, link } = job;
  const p2 = host === 'wasip2';
  const compile = await target(cc, version, cwd, p2);
  const archive = async (/** @type {string} */ group) => {
    const path = join(work, libraryName(group));
    // What the package has is for the C library of WASI 0.1.
    const known = p2 ? null : packaged(group, checked);
    const ar = known ? '' : (await called(cc, ['-print-prog-name=llvm-ar'], cwd)).said.trim();
    writeFileSync(path, known ?? (await compiled(job, { group, version, flags: compile, ar, work })));
    return path;
  };
  const own = await archive(host);
  const archives = [own, await archive('core'), own];
  const driver = [...compile, ...(p2 ? await plainLinker(cc, compile, cwd) : [])];
  if (REACTORS.includes(host)) driver.push('-mexec-model=reactor');
  return { compile, link: [...driver, ...link.flatMap((flag) => ['-Xlinker', flag])], archives };
}

/**
 * The C++ library of Debian's, which is beside the C library. Another compiler's is where it looks for it.
 * @param {string[]} compile  what makes the compiler one for the target @param {string} version @param {string} cc
 */
function cplusplus(compile, version, cc) {
  const at = compile.indexOf('-isystem');
  if (at < 0) return [];
  const folder = `${compile[at + 1]}/c++/v1`;
  if (existsSync(folder)) return ['-isystem', folder];
  const [, major = ''] = /clang version (\d+)/.exec(version) ?? [];
  throw new BuildError(
    `${cc} has no C++ library for WASI: install libc++-${major}-dev-wasm32, or take a wasi-sdk's clang or the embedded compiler`,
  );
}

/** @param {import('./build.mjs').Job & { cc: string }} job */
export async function make(job) {
  const { cc, parsed, cwd, name, compile, progress } = job;
  const { said: version } = await called(cc, ['--version'], cwd);
  return inFolder('cawait-', async (work) => {
    const named = (/** @type {number} */ names) => join(work, names === CORO_NAMES ? 'cawait.rsp' : 'cawait-more.rsp');
    // All macros are told of: what is said is put into words.
    for (const names of [CORO_NAMES, MOST_NAMES]) writeFileSync(named(names), coroFlags(names).join('\n'));
    const emcc = /emcc|Emscripten/.test(version) ? await import('./emscripten.mjs') : null;
    const way = await (emcc ? emcc.way(job, version, work) : clang(job, version, work));
    const cxx = parsed.inputs.some(({ kind }) => kind === 'c++');
    const cxxOnly = cxx ? [...cplusplus(way.compile, version, cc), '-fno-exceptions', '-std=gnu++20'] : [];
    /** What may be read, if it is there. */
    const dependencies = new Set(parsed.forced.map((file) => actual(cwd, file)));

    /** @param {{ path: string, kind: string }} input @param {number} n @param {number} [names]  @returns {Promise<{ good: boolean, said: string }>} */
    const source = async ({ path, kind }, n, names = CORO_NAMES) => {
      const list = join(work, `${n}.d`);
      const own = compile.filter((flag) => !flag.startsWith('-std=') || /\+\+/.test(flag) === (kind === 'c++'));
      // C++'s headers are before C's, which they include.
      const args = kind === 'c' ? [...way.compile, `@${named(names)}`, ...own] : [...cxxOnly, ...way.compile, ...own];
      args.push(...HEADERS.map((folder) => `-I${folder}`), '-fcolor-diagnostics', '-MMD', '-MF', list);
      const { status, said } = await called(cc, [...args, '-c', path, '-o', join(work, `${n}.o`)], cwd);
      if (status !== 0 && names === CORO_NAMES && NAMELESS.test(said)) return source({ path, kind }, n, MOST_NAMES);
      for (const file of existsSync(list) ? read(list, cwd) : []) dependencies.add(file);
      for (const file of missing(said, cwd, parsed.search)) dependencies.add(file);
      return { good: status === 0, said: said || (status === 0 ? '' : `${cc} ended with status ${status}\n`) };
    };
    const isSource = (/** @type {string} */ kind) => kind === 'c' || kind === 'c++';
    for (const { path, kind } of parsed.inputs) {
      if (isSource(kind)) progress(`compiling ${path}`);
      else dependencies.add(actual(cwd, path));
    }
    const ends = await Promise.all(
      parsed.inputs.map((input, n) => (isSource(input.kind) ? source(input, n) : { good: true, said: '' })),
    );
    const said = ends.map((end) => end.said).join('');
    if (!ends.every(({ good }) => good)) throw new BuildError(said, cwd, [...dependencies]);
    progress('linking');
    const out = join(work, basename(name));
    const args = parsed.inputs.flatMap((input, n) =>
      entire(isSource(input.kind) ? join(work, `${n}.o`) : input.path, input, '-Wl,'),
    );
    args.push(...parsed.libraryFolders.map((folder) => `-L${folder}`));
    args.push(...parsed.libraries.flatMap((library) => entire(`-l${library.name}`, library, '-Wl,')), ...way.archives);
    args.push(...(cxx ? ['-lc++', '-lc++abi'] : []), ...way.link, '-o', out);
    const ran = await called(cc, args, cwd);
    const linked = said + told(ran.said, work, parsed.inputs);
    if (ran.status !== 0) throw new BuildError(linked, cwd, [...dependencies]);
    return { bytes: new Uint8Array(readFileSync(out)), said: linked, dependencies: [...dependencies] };
  });
}

/**
 * The linker's words as the embedded one says them: of the sources, not of what was made of them for a moment.
 * @param {string} said @param {string} work @param {{ path: string }[]} inputs
 */
const told = (said, work, inputs) =>
  said
    .replace(/^wasm-ld[\w.-]*: /gm, 'wasm-ld: ')
    .replace(/^.*: error: linker command failed with exit code .*\n/gm, '')
    .replaceAll(work + sep, '')
    .replace(
      /^((?:wasm-ld: (?:error|warning): (?:.*: )?|>>> (?:defined|referenced) (?:in|by) ))(\d+)\.o\b/gm,
      (all, before, n) => (inputs[n] ? before + inputs[n].path : all),
    );

/** The files in a list of dependencies that are the user's. @param {string} list @param {string} cwd */
function read(list, cwd) {
  const paths = listed(readFileSync(list, 'utf8')).map((path) => actual(cwd, path));
  return paths.filter((path) => !HEADERS.some((folder) => path.startsWith(folder)));
}
