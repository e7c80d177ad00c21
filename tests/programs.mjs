// The test programs in C: tests/c/NAME.c, tests/conformance/NAME.c and tests/threads/NAME.c say `ok name` for each case, tests/gallery/NN-name.c prints
// what NN-name.expected holds (on one host NN-name.HOST.expected, if it must do without something there; without workers NN-name.inline.expected,
// without threads NN-name.unthreaded.expected). Builds them for a host,
// by default to run in virtual time, and judges their runs.
// It must not know where they run: a leg hands in that part.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../wasm/toolchain/program.mjs';
import { ROOT, sources as librarySources } from '../wasm/toolchain/sources.mjs';
import { each } from './command.mjs';

/** @typedef {'js' | 'wasi' | 'wasip3' | 'sim'} Host */
/** @typedef {Host | 'wasip2' | 'native' | 'workerd'} Place  those of wasip2 and native are built by CMake, workerd has modules of js */
/** @typedef {{ name: string, source: string, expected: string | null, debug?: boolean }} Test
 *     expected: the whole output, if it is known; debug: a checked build has debug information, as a user's does */
/** @typedef {import('./command.mjs').Run} Run */

/** What a program must print. @param {string} source @param {string} [kind]  what it must on hosts of that kind, if that is another text */
function trace(source, kind) {
  const path = source.replace(/c(pp)?$/, kind ? `${kind}.expected` : 'expected');
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** @param {string} folder @param {string} [ext]  @returns {Test[]} */
function under(folder, ext = 'c') {
  const path = join(ROOT, 'tests', folder);
  if (!existsSync(path)) return [];
  const names = readdirSync(path).filter((name) => name.endsWith(`.${ext}`));
  return names.sort().map((name) => {
    const source = join(path, name);
    return { name: name.replace(/\.\w+$/, ''), source, expected: trace(source), debug: folder === 'gallery' };
  });
}

/** The core's tests: they need the simulated host. */
export const coreTests = () => under('c');

/** CPython's own tests, played in C: they need the simulated host. */
export const conformance = () => under('conformance');

/** Several threads: native programs. @returns {Test[]} */
export const threads = () => under('threads').map((test) => ({ ...test, name: `threads-${test.name}` }));

/** Coroutines of C++: native programs. @returns {Test[]} */
export const cpp = () => under('cpp', 'cpp').map((test) => ({ ...test, name: `cpp-${test.name}` }));

/** asyncio's lessons: they run on every host. @param {Place} [host]  with what they must print there; else what asyncio's do */
export const gallery = (host) =>
  under('gallery').map((test) => (host ? { ...test, expected: expectedOn(test, host) } : test));

/** @param {import('./tally.mjs').Tally} tally @param {Test} test @param {Run} run */
export function judge(tally, { name, expected }, run) {
  if (expected === null) tally.program(name, run);
  else tally.trace(name, run, expected);
}

const WAITS = { 'virtual.c': ['caw__host_now', 'caw__host_arm', 'caw__host_wait'] };
const DRIVEN = { ...WAITS, 'turn.c': ['caw_loop_turn'] };
const WORKERS = {
  'workers.c': ['worker_count', 'worker_run', 'worker_end', 'job_sleep']
    .map((name) => `caw__host_${name}`)
    .concat('caw__work_do'),
};
/** What the linker puts between the core and the clock of a host, see tests/clock. @type {Record<string, Record<string, string[]>>} */
const CLOCKS = {
  sim: {}, // virtual as it is
  wasip3: DRIVEN,
  wasi: WAITS,
  js: DRIVEN,
};

/** Whether a program has jobs. @param {string} source  its path */
const works = (source) => readFileSync(source, 'utf8').includes('CAW_JOB(');

/**
 * What a program is built with, besides, to run in virtual time on a host, or in real time; it must see the library's own headers.
 * @param {string} source  its path
 * @param {Host} host @param {boolean} [realTime]
 */
function clock(source, host, realTime = false) {
  const parts = Object.entries({ ...CLOCKS[host], ...(host !== 'sim' && works(source) && WORKERS) });
  return {
    sources: [...parts.map(([file]) => file), ...(realTime ? ['real.c'] : [])].map((file) =>
      join(ROOT, 'tests/clock', file),
    ),
    link: parts.flatMap(([, names]) => names.map((name) => `--wrap=${name}`)),
  };
}

const SIMULATED = ['connections', 'datagrams', 'names', 'network'].map((name) => join(ROOT, `wasm/sim/${name}.c`));

/** Whether a program is a server. @param {string} source  its path */
export const serves = (source) => readFileSync(source, 'utf8').includes('caw_start_server');

/**
 * What a program is built with, besides, for JavaScript that has no sockets: a server has the simulated network there.
 * @param {string} source  its path
 */
export function pageClock(source, realTime = false) {
  if (!serves(source)) return realTime ? { sources: [], link: [] } : clock(source, 'js');
  const { sources, link } = clock(source, 'js', realTime);
  return { sources: [...sources, join(ROOT, 'tests/clock/network.c'), ...SIMULATED], link };
}

/** Where there are no workers, and executors are inline. @type {Place[]} */
const INLINE = ['wasi', 'wasip2', 'wasip3', 'workerd'];

/** Which texts hold on a host, the first that there is. @param {Place} host */
const kinds = (host) => [
  host,
  ...(INLINE.includes(host) ? ['inline'] : []),
  ...(host === 'native' ? [] : ['unthreaded']),
];

/** What a program must print there. @param {Test} test @param {Place} host */
export const expectedOn = ({ source, expected }, host) =>
  kinds(host).reduce((found, kind) => found ?? trace(source, kind), /** @type {string | null} */ (null)) ?? expected;

/**
 * The library's own sources: a program steps_NAME.c is built of them, with a call in each basic block, which it counts. Of HTTP half is
 * the host's.
 */
const core = () =>
  (librarySources().get('core') ?? []).filter((path) => !path.startsWith('src/http/')).map((path) => join(ROOT, path));

/**
 * @typedef {{ checked?: boolean, realTime?: boolean, page?: boolean }} Build
 *     realTime: as slow as the host's own clock; page: JavaScript there has no network
 * @typedef {{ test: Test, module: string }} Built  test: with what it must print on this host; module: its path
 */

/**
 * Builds a program for a host with the embedded compiler. One that cannot be built has failed: null.
 * @param {import('./tally.mjs').Tally} tally @param {Test} test @param {Host} host @param {Build} options
 * @returns {Promise<Built | null>}
 */
export async function build(tally, test, host, { checked = true, realTime = false, page = false }) {
  const { sources, link } = page ? pageClock(test.source) : clock(test.source, host, realTime);
  const stepped = test.name.startsWith('steps_');
  if (stepped) sources.push(...core());
  // Debug information is a quarter of the compiler's work.
  const flags = [...(test.debug ? [] : ['-g0']), ...(stepped ? ['-fsanitize-coverage=trace-pc'] : [])];
  const folder = [
    host,
    checked ? 'checked' : 'release',
    ...(realTime ? ['real-time'] : []),
    ...(page ? ['page'] : []),
  ].join('-');
  const module = join(ROOT, 'build/tests', folder, `${test.name}.wasm`);
  try {
    // All see the library's own headers, as the clock must: what is compiled for one host serves for all.
    await program({ host, sources: [test.source, ...sources], out: module, checked, internal: true, flags, link });
  } catch (error) {
    tally.fail(`${test.name} for ${host}`, /** @type {Error} */ (error).message);
    return null;
  }
  return { test: { ...test, expected: expectedOn(test, host) }, module };
}

/**
 * Builds each program for a host and runs it.
 * @param {import('./tally.mjs').Tally} tally @param {Test[]} tests @param {Host} host
 * @param {(module: string) => Promise<Run>} start  runs the module at that path
 * @param {Build & { width?: number, make?: import('./release.mjs').Make | undefined }} [options]  make: builds one, instead
 */
export async function runAll(tally, tests, host, start, { width = 2, make, ...options } = {}) {
  await each(
    tests,
    async (test) => {
      const built = await (make ? make(test) : build(tally, test, host, options));
      if (built) judge(tally, built.test, await start(built.module));
    },
    width,
  );
}
