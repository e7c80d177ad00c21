// `npm run mutate -- --count 500 --seed 1`: how strong the tests are. Makes one small change to a source of the core at a time, in a
// copy, and runs tests/c, tests/conformance and tests/threads natively on it: as a release, checked, and with the sanitizers, until one
// of them notices. A change that nothing notices is printed: it is equivalent, or a test is missing. The status is 1 when more than 5 %
// survive.
//   --file PART   only in sources whose path has that in it
//   --only N      only the Nth of the changes chosen, with what became of it
//   --again FILE  only the changes that are in FILE, as an earlier run printed them
// What equivalent.txt proves to change nothing is not counted. An entry there that is no change any more, or that a test has noticed,
// is printed, and the status is 1.
//
// Fast because the programs are built once, against the core as a shared library: for a change one source is compiled (without
// optimization beyond -O1) and linked, then those programs run that come to its function, first those that have noticed most so far.
// It must not know what makes a small change (changes.mjs), nor how one knows what a program comes to (reach.mjs).

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INCLUDES, ROOT, sources } from '../../wasm/toolchain/sources.mjs';
import { given } from '../../wasm/toolchain/options.mjs';
import { rsp } from '../../wasm/toolchain/rsp.mjs';
import { command, each, which } from '../command.mjs';
import { conformance, coreTests, threads } from '../programs.mjs';
import { changes } from './changes.mjs';
import { equivalents, keyOf, within } from './equivalents.mjs';
import { functionAt, reach, TELLS, toldBy } from './reach.mjs';

const USAGE = 'usage: npm run mutate -- [--count N] [--seed N] [--file PART] [--only N] [--again FILE]';
const BUILD = join(ROOT, 'build/mutation');
const SECONDS = 20;
const BOUND = 0.05;

/** @typedef {import('./changes.mjs').Change & { path: string }} Mutant */

/** Numbers from a seed, each 0 <= x < 1: the same on every machine. @param {number} seed */
function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let x = state;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** The one that hands out memory. */
const HOST = 'wasm/sim/host.c';
const SOURCES = () => ['core', 'sim'].flatMap((group) => sources().get(group) ?? []);
/** A build of the core and of every program on it. @typedef {{ folder: string, flags: string[], links: string[] }} World */
const RELEASE = { folder: join(BUILD, 'release'), flags: [], links: [] };
const CHECKED = { folder: join(BUILD, 'checked'), flags: ['-DCAW_CHECKED'], links: [] };
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
/** As the gate has it: slow, for what nothing else has noticed. Its memory is the sanitizer's. */
const SANITIZED = { folder: join(BUILD, 'sanitized'), flags: ['-DCAW_CHECKED', ...SANITIZERS], links: SANITIZERS };
/** What nothing calls but in the checked build. */
const OF_CHECKED = ['src/loop/check.c', 'src/base/quarantine.c'];
/** What one does not notice the other may. @param {string} path */
const worldsOf = (path) => (OF_CHECKED.includes(path) ? [CHECKED, SANITIZED] : [RELEASE, CHECKED, SANITIZED]);
/** A copy of src/, in which one source at a time is changed. */
const COPY = join(BUILD, 'src');
const object = (/** @type {World} */ { folder }, /** @type {string} */ path) =>
  join(folder, 'o', `${path.replaceAll('/', '_')}.o`);
const library = (/** @type {World} */ { folder }) => join(folder, 'libcore.so');
// trace-pc: for steps_NAME.c, which count the basic blocks that run. The host's memory is memory.c.
const FLAGS = ['-std=gnu11', '-O1', '-g0', '-fPIC', '-w', '-DCAW_NO_POOL', '-fsanitize-coverage=trace-pc'];
const MEMORY = join(BUILD, 'memory.o');

/** @param {World} world @param {string} source @param {string} out @param {string} src  the folder that stands for src/ */
function compile(world, source, out, src = join(ROOT, 'src')) {
  const includes = [
    src,
    join(src, 'include'),
    join(ROOT, 'wasm/include'),
    ...INCLUDES.slice(1).map((it) => join(ROOT, it)),
  ];
  const [tool = '', ...rest] = [...(which('ccache') ? ['ccache'] : []), 'clang-19'];
  const memory = source.endsWith(HOST) && !world.links.length ? ['-Drealloc=memory_realloc', '-Dfree=memory_free'] : [];
  const flags = [
    `@${join(BUILD, 'cawait.rsp')}`,
    `-fmacro-prefix-map=${src}/=src/`, // __FILE__ is no difference
    ...FLAGS,
    ...world.flags,
    ...memory,
    ...includes.map((it) => `-I${it}`),
  ];
  // The paths as they stand here, whatever ccache may have been told to make of them: see above.
  return command(tool, [...rest, ...flags, '-c', source, '-o', out], { env: { CCACHE_BASEDIR: '' } });
}

/** @param {World} world @param {string} [instead] @param {string} [changed]  the object of that source is this one */
function link(world, instead, changed) {
  const objects = SOURCES().map((path) => (path === instead && changed ? changed : object(world, path)));
  return command('clang-19', ['-shared', '-fuse-ld=lld', ...world.links, ...objects, MEMORY, '-o', library(world)]);
}

/** @param {Promise<import('../command.mjs').Run>} run */
async function must(run) {
  const { status, output } = await run;
  if (status !== 0) throw new Error(output);
}

/** The core and every program on it; the programs' paths, and what they come to. @param {World} world */
async function build(world) {
  for (const folder of ['o', 'p']) mkdirSync(join(world.folder, folder), { recursive: true });
  writeFileSync(join(BUILD, 'cawait.rsp'), rsp());
  await each(SOURCES(), (path) => must(compile(world, join(ROOT, path), object(world, path))));
  const memory = join(import.meta.dirname, 'memory.c');
  await must(command('clang-19', ['-O1', '-fPIC', '-c', memory, '-o', MEMORY]));
  await must(link(world));
  const tells = { folder: join(world.folder, 'tells'), flags: [...world.flags, ...TELLS], links: world.links };
  mkdirSync(join(tells.folder, 'o'), { recursive: true });
  await each(SOURCES(), (path) => must(compile(tells, join(ROOT, path), object(tells, path))));
  await must(link(tells));
  /** @type {string[]} */
  const programs = [];
  const { folder } = world;
  await each([...coreTests(), ...conformance(), ...threads()], async ({ name, source }) => {
    const out = join(folder, 'p', name);
    await must(compile(world, source, `${out}.o`));
    // Of HTTP half is the host's, or http.c's own: the library may lack it.
    const found = ['-L', folder, '-lcore', `-Wl,-rpath,${folder},--allow-shlib-undefined`, '-lm', '-pthread'];
    await must(command('clang-19', [`${out}.o`, ...world.links, ...found, '-o', out]));
    programs.push(out);
  });
  for (const program of programs) {
    const begun = performance.now();
    const env = { LD_LIBRARY_PATH: tells.folder, MUTATION_REACH: toldBy(program) };
    if (await notices(program, env)) throw new Error(`${program} fails without any change`);
    took.set(program, (performance.now() - begun) / 1000);
  }
  const reached = await reach(library(tells), programs);
  for (const [program, it] of reached) left.set(program, it.left);
  return reached;
}

/** Seconds that a program takes without any change. @type {Map<string, number>} */
const took = new Map();
/** How many blocks of memory it leaves. @type {Map<string, string>} */
const left = new Map();

/** Whether a program notices: by a case that fails, by dying, or by not coming to its end. @param {string} program @param {Record<string, string>} [env] */
async function notices(program, env = { MUTATION_THERE: left.get(program) ?? '' }) {
  const { status } = await command(program, [], {
    env,
    seconds: Math.min(SECONDS, 3 + 20 * (took.get(program) ?? SECONDS)),
  });
  return status !== 0;
}

/**
 * @param {Mutant} mutant @param {World} world @param {string[]} programs  in the order to be tried
 * @returns {Promise<string | null>} who noticed: a program, or the compiler ('none', when it makes no difference to the code)
 */
async function judge(mutant, world, programs) {
  const source = readFileSync(join(ROOT, mutant.path), 'utf8');
  const changed = join(BUILD, mutant.path);
  const out = join(BUILD, 'changed.o');
  writeFileSync(changed, source.slice(0, mutant.start) + mutant.text + source.slice(mutant.end));
  const { status } = await compile(world, changed, out, COPY);
  writeFileSync(changed, source);
  if (status !== 0) return 'compiler';
  if (readFileSync(out).equals(readFileSync(object(world, mutant.path)))) return 'none';
  if ((await link(world, mutant.path, out)).status !== 0) return 'compiler';
  for (const program of programs) if (await notices(program)) return program;
  return null;
}

/** What may be chosen: all changes, those of the same place once each. @param {string} part @returns {Mutant[]} */
function every(part) {
  return SOURCES()
    .filter((path) => path.startsWith('src/') && path.includes(part))
    .flatMap((path) => changes(readFileSync(join(ROOT, path), 'utf8')).map((change) => ({ ...change, path })));
}

/** How often a program has noticed a change of a source, of a room, of any. @type {Map<string, number>} */
const noticed = new Map();
const nameOf = (/** @type {string} */ path) => path.split('/').at(-1)?.replace(/\.c$/, '') ?? '';
const keysOf = (/** @type {string} */ program, /** @type {Mutant} */ { path }) =>
  [path, path.split('/')[1], ''].map((part) => `${nameOf(program)} ${part}`);

/** @param {string} program @param {Mutant} mutant */
function remember(program, mutant) {
  for (const key of keysOf(program, mutant)) noticed.set(key, (noticed.get(key) ?? 0) + 1);
}

/**
 * Those that have noticed such changes, and those that are named after the source, come first; then the quick ones.
 * @param {string} program @param {Mutant} mutant
 */
function worth(program, mutant) {
  const [file = 0, room = 0, any = 0] = keysOf(program, mutant).map((key) => noticed.get(key) ?? 0);
  const named = nameOf(program).includes(nameOf(mutant.path)) ? 3 : 0;
  return 10 * (file + named) + 3 * room + any - 10 * (took.get(program) ?? 0);
}

/** Those that come to the function that is changed. @param {Awaited<ReturnType<typeof build>>} programs @param {Mutant} mutant */
function those(programs, { path, start }) {
  const lines = functionAt(readFileSync(join(ROOT, path), 'utf8'), start);
  const names = [...programs.keys()];
  if (!lines) return names;
  const places = Array.from({ length: lines.last - lines.first + 1 }, (_, i) => `${path}:${lines.first + i}`);
  return names.filter((name) => {
    const come = programs.get(name)?.come;
    return !come || places.some((place) => come.has(place));
  });
}

/** The line that is changed, before and after. @param {Mutant} mutant */
function placeOf({ path, start, end, text }) {
  const source = readFileSync(join(ROOT, path), 'utf8');
  const from = source.lastIndexOf('\n', start - 1) + 1;
  const to = source.indexOf('\n', end);
  const now = source.slice(from, start) + (text || '/* nothing */') + source.slice(end, to);
  const trimmed = (/** @type {string} */ it) => it.trim().replaceAll(/\s*\n\s*/g, ' ');
  return { path, within: within(source, start), was: trimmed(source.slice(from, to)), is: trimmed(now) };
}

/** @param {Mutant} mutant */
const describe = (mutant) => `line ${mutant.line}, ${mutant.what}\n${keyOf(placeOf(mutant))}`;

async function main() {
  const { values } = given(
    {
      options: {
        count: { type: 'string', default: '500' },
        seed: { type: 'string', default: '1' },
        file: { type: 'string', default: 'src/' },
        only: { type: 'string' },
        again: { type: 'string' },
      },
    },
    USAGE,
  );
  const missing = ['clang-19', 'ld.lld'].filter((tool) => !which(tool));
  if (missing.length > 0 && !existsSync('/usr/bin/clang-19')) throw new Error(`install ${missing.join(', ')}`);
  /** @type {Map<World, Awaited<ReturnType<typeof build>>>} */
  const built = new Map();
  const roll = dice(Number(values.seed));
  const earlier = values.again === undefined ? null : readFileSync(values.again, 'utf8');
  const all = every(values.file).filter((mutant) => !earlier || earlier.includes(keyOf(placeOf(mutant))));
  const { known, faults } = equivalents(readFileSync(join(import.meta.dirname, 'equivalent.txt'), 'utf8'));
  const there = new Set(every('').map((mutant) => keyOf(placeOf(mutant))));
  const stale = [...known].filter((key) => !there.has(key));
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(roll() * (i + 1));
    [all[i], all[j]] = [/** @type {Mutant} */ (all[j]), /** @type {Mutant} */ (all[i])];
  }
  rmSync(COPY, { recursive: true, force: true });
  cpSync(join(ROOT, 'src'), COPY, { recursive: true });
  let tried = 0;
  let caught = 0;
  let equivalent = 0;
  let number = 0;
  for (const mutant of all) {
    if (tried >= Number(values.count)) break;
    number++;
    if (values.only !== undefined && number !== Number(values.only)) continue;
    /** @type {string | null} */
    let who = null;
    const proven = known.has(keyOf(placeOf(mutant)));
    for (const world of worldsOf(mutant.path).slice(0, proven ? 1 : undefined)) {
      const programs = built.get(world) ?? (await build(world));
      built.set(world, programs);
      who = await judge(
        mutant,
        world,
        those(programs, mutant).sort((a, b) => worth(b, mutant) - worth(a, mutant)),
      );
      if (who) break;
    }
    if (values.only !== undefined) console.log(`${describe(mutant)}\n    ${who ?? 'survives'}`);
    if (who === 'compiler' || who === 'none') continue; // no change that a test could notice
    tried++;
    if (who) {
      caught++;
      remember(who, mutant);
      if (proven) faults.push(`${describe(mutant)}\n    ${who} has noticed it`);
    } else if (proven) equivalent++;
    else console.log(`#${number} ${describe(mutant)}`);
  }
  for (const world of built.keys()) await must(link(world));
  for (const entry of stale) console.log(`equivalent.txt: there is no such change:\n${entry}`);
  for (const entry of faults) console.log(`equivalent.txt: ${entry}`);
  const counted = tried - equivalent;
  const share = ((100 * caught) / Math.max(1, counted)).toFixed(1);
  console.log(`${caught} of ${counted} changes were noticed: ${share} %; ${equivalent} more are equivalent`);
  if (caught < counted * (1 - BOUND) || stale.length + faults.length > 0) process.exitCode = 1;
}

main().catch((error) => {
  console.error(error?.message ?? error);
  process.exitCode = 2;
});
