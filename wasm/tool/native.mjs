// Compiles and links with the user's own clang: Debian's, LLVM's, a wasi-sdk's, with the package's archives; or with emcc (emscripten.mjs).
// It must not know of command lines (arguments.mjs), nor of the embedded compiler, which need not be installed.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve, sep } from 'node:path';
import { packaged } from '../toolchain/archives.mjs';
import { libraryName } from '../toolchain/sources.mjs';
import { rsp } from '../toolchain/rsp.mjs';
import { BuildError, REACTORS } from './build.mjs';
import { HEADERS, listed } from './view.mjs';

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
    const child = spawn(file, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'], ...how });
    let said = '';
    child.stdout.on('data', (bytes) => void (said += bytes));
    child.stderr.on('data', (bytes) => void (said += bytes));
    child.on('error', (/** @type {NodeJS.ErrnoException} */ { code }) =>
      fail(new BuildError(`${cc} cannot be run: ${code === 'ENOENT' ? 'there is no such command' : code}`)),
    );
    child.on('close', (status) => done({ status, said: said.replaceAll('\r\n', '\n') }));
  });
}

/**
 * What makes this clang one for WASI. A wasi-sdk's knows its C library; of a distribution it is beside the system's own.
 * @param {string} cc @param {string} said  its version @param {string} cwd
 */
async function target(cc, said, cwd) {
  const major = Number(/clang version (\d+)/.exec(said)?.[1] ?? 0);
  if (major < OLDEST) throw new BuildError(`${cc} is no clang ${OLDEST} or newer: ${said.split('\n')[0]}`);
  const ways = [
    ['--target=wasm32-wasip1'],
    ['--target=wasm32-wasi', '--sysroot=/', '-nostdlibinc', '-isystem', '/usr/include/wasm32-wasi'],
  ];
  for (const way of ways) {
    const found = (await called(cc, [...way, '-print-file-name=crt1-command.o'], cwd)).said.trim();
    if (found !== 'crt1-command.o' && existsSync(found)) return way;
  }
  throw new BuildError(
    `${cc} has no C library for WASI: install wasi-libc and libclang-rt-${major}-dev-wasm32, or take a wasi-sdk's`,
  );
}

/**
 * How a kind of compiler does it.
 * @typedef {object} Way
 * @property {string[]} compile  what comes before the user's options
 * @property {string[]} link     what the linker is told by this driver
 * @property {string[]} archives  the library
 */

/** The library of a group, in a file; what the package does not have is made. @param {string} group @param {boolean} checked @param {string} work */
async function archive(group, checked, work) {
  const path = join(work, libraryName(group));
  try {
    const bytes =
      packaged(group, checked) ?? (await (await import('../toolchain/library.mjs')).library(group, checked));
    writeFileSync(path, bytes);
    return path;
  } catch (error) {
    if (!/MODULE_NOT_FOUND/.test(/** @type {NodeJS.ErrnoException} */ (error).code ?? '')) throw error;
    throw new BuildError(
      `the library of ${group} is made by the embedded compiler: npm install --save-dev @yowasp/clang`,
    );
  }
}

/** @param {import('./build.mjs').Job & { cc: string }} job @param {string} said  the compiler's version @param {string} work @returns {Promise<Way>} */
async function clang({ cc, host, cwd, checked, link }, said, work) {
  const compile = await target(cc, said, cwd);
  const own = await archive(host, checked, work);
  const archives = [own, await archive('core', checked, work), own];
  const reactor = REACTORS.includes(host) ? ['-mexec-model=reactor'] : [];
  return { compile, link: [...compile, ...reactor, ...link.flatMap((flag) => ['-Xlinker', flag])], archives };
}

/** @param {import('./build.mjs').Job & { cc: string }} job */
export async function make(job) {
  const { cc, parsed, cwd, name, compile, progress } = job;
  const { said: version } = await called(cc, ['--version'], cwd);
  const work = mkdtempSync(join(tmpdir(), 'cawait-'));
  try {
    writeFileSync(join(work, 'cawait.rsp'), rsp());
    const emcc = /emcc|Emscripten/.test(version) ? await import('./emscripten.mjs') : null;
    const way = await (emcc ? emcc.way(job, version, work) : clang(job, version, work));
    let said = '';
    /** @type {string[]} */
    const dependencies = [];
    const objects = await Promise.all(
      parsed.inputs.map(async ({ path, kind }, n) => {
        if (kind === 'object' || kind === 'archive') return (dependencies.push(resolve(cwd, path)), path);
        progress(`compiling ${path}`);
        const object = join(work, `${n}.o`);
        const list = join(work, `${n}.d`);
        const args = [
          ...way.compile,
          ...(kind === 'c' ? [`@${join(work, 'cawait.rsp')}`] : ['-fno-exceptions', '-std=gnu++20']),
        ];
        const own = compile.filter((flag) => !flag.startsWith('-std=') || /\+\+/.test(flag) === (kind === 'c++'));
        args.push(...own, ...HEADERS.map((folder) => `-I${folder}`), '-fcolor-diagnostics', '-MMD', '-MF', list);
        const ran = await called(cc, [...args, '-c', path, '-o', object], cwd);
        said += ran.said;
        if (ran.status !== 0) throw new BuildError(ran.said || `${cc} ended with status ${ran.status}`, cwd);
        dependencies.push(...read(list, cwd));
        return object;
      }),
    );
    progress('linking');
    const out = join(work, basename(name));
    const cxx = parsed.inputs.some(({ kind }) => kind === 'c++') ? ['-lc++', '-lc++abi'] : [];
    const args = [...objects, ...parsed.libraryFolders.map((folder) => `-L${folder}`)];
    args.push(...parsed.libraries.map((library) => `-l${library}`), ...way.archives, ...cxx, ...way.link, '-o', out);
    const ran = await called(cc, args, cwd);
    if (ran.status !== 0) throw new BuildError(said + ran.said.replaceAll(work + sep, ''), cwd, dependencies);
    return {
      bytes: new Uint8Array(readFileSync(out)),
      said: said + ran.said,
      dependencies: [...new Set(dependencies)],
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The files in a list of dependencies that are the user's. @param {string} list @param {string} cwd */
function read(list, cwd) {
  const paths = listed(readFileSync(list, 'utf8')).map((path) => resolve(cwd, path));
  return paths.filter((path) => !HEADERS.some((folder) => path.startsWith(folder)));
}
