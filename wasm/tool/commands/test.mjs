// `cawait test`: builds the programs that are tests, runs each in a process of its own, and reports their cases.
// It must not know what a program prints (../cases.mjs) or how it is built (../build.mjs).

import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { UsageError, kindOf } from '../arguments.mjs';
import { BuildError, buildParsed } from '../build.mjs';
import { REPORTERS, cases } from '../cases.mjs';
import { CLANG, OPTIONS, program } from '../program.mjs';
import { inFolder, working } from '../work.mjs';

export const usage = `usage: cawait test [options] [a.test.c ... b.c ...]

Builds programs that are tests, by default in the checked build on the simulated host, where time is virtual and waiting takes none;
runs them, and reports. A program has passed if it ends with status 0; each line that it prints as "ok name" or "not ok name" is a case.
The rest of TAP is known, too: "# SKIP why" behind the name, "# TODO why" (it may fail), "1..4" for how many cases there are, "1..0 # SKIP
why" for none, "Bail out! why".

Tests are the files called *.test.c, *_test.c or test_*.c (or .cpp); the other files are linked into each of them. If none is called so,
the tests are those in this folder, and in test, tests and src; if there are none, each file is a test.

${OPTIONS}  --release           not the checked build
  --reporter spec|tap spec: for people, on a terminal; tap: for programs
  --timeout SECONDS   how long a program may run: 60

${CLANG}`;

const START = join(import.meta.dirname, '../start.mjs');
const FOLDERS = ['.', 'test', 'tests', 'src'];
const WIDTH = 2;

/** @param {string} path */
const isTest = (path) => /(\.test|_test)\.\w+$|^test_[^/\\]*$/.test(basename(path));

/** The tests of this folder. */
function found() {
  const paths = FOLDERS.flatMap((folder) => {
    try {
      return readdirSync(folder).map((name) => (folder === '.' ? name : `${folder}/${name}`));
    } catch {
      return [];
    }
  });
  return paths.filter((path) => isTest(path) && /^c(\+\+)?$/.test(kindOf(path) ?? '')).sort();
}

/** @param {string} module @param {string} name @param {number} seconds  @returns {Promise<{ status: number | null, signal: string | null, output: string }>} */
function ran(module, name, seconds) {
  return new Promise((resolve, reject) => {
    const child = working(spawn(process.execPath, [START, module, name], { stdio: ['ignore', 'pipe', 'pipe'] }));
    let output = '';
    let late = false;
    child.stdout.on('data', (bytes) => void (output += bytes));
    child.stderr.on('data', (bytes) => void (output += bytes));
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, seconds * 1000);
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      resolve({ status, signal: late ? `not done after ${seconds} s` : signal, output });
    });
  });
}

/** @param {string[]} args @param {import('../terminal.mjs').Terminal} terminal */
export async function run(args, terminal) {
  const own = /** @type {const} */ ({ release: 'flag', reporter: 'value', timeout: 'value' });
  const { parsed, options, quiet } = program(args, { own, host: 'sim', checked: !args.includes('--release') });
  terminal.quiet = quiet;
  const style = String(parsed.own['reporter'] ?? (process.stdout.isTTY ? 'spec' : 'tap'));
  if (style !== 'spec' && style !== 'tap') throw new UsageError(`there is no reporter ${style}: spec or tap`);
  const seconds = Number(parsed.own['timeout'] ?? 60);
  if (!(seconds > 0)) throw new UsageError('--timeout needs a number of seconds');
  const named = parsed.inputs.filter(({ kind }) => kind === 'c' || kind === 'c++');
  const given = named.filter(({ path }) => isTest(path));
  const here = given.length > 0 ? [] : found().map((path) => ({ path, kind: kindOf(path) ?? 'c' }));
  const all = [given, here, named].find((tests) => tests.length > 0) ?? [];
  if (all.length === 0) throw new UsageError(`no tests are here: *.test.c in ${FOLDERS.join(', ')}`);
  const others = parsed.inputs.filter((input) => !all.includes(input));

  const print = (/** @type {string} */ text) => {
    terminal.clear();
    process.stdout.write(`${text}\n`);
  };
  const reporter = REPORTERS[style](print, process.stdout.isTTY && !process.env['NO_COLOR']);
  return inFolder('cawait-test-', async (work) => {
    /** In the order of the files, each as soon as those before it are done. @type {Promise<import('../cases.mjs').Case[]>[]} */
    const results = [];
    const lanes = Array.from({ length: WIDTH }, () => Promise.resolve());
    for (const [n, { path, kind }] of all.entries()) {
      const one = async () => {
        try {
          const program = { ...parsed, inputs: [{ path, kind }, ...others] };
          const { module, text } = await buildParsed(program, {
            ...options,
            name: `${basename(path, extname(path))}.wasm`,
            progress: terminal.progress,
          });
          terminal.said(text);
          const file = join(work, `${n}.wasm`);
          writeFileSync(file, module);
          terminal.progress(`running ${path}`);
          return cases(path, await ran(file, path, seconds));
        } catch (error) {
          if (!(error instanceof BuildError)) throw error;
          return [{ name: `${path} (not built)`, good: false, output: error.message }];
        }
      };
      const result = (lanes[n % WIDTH] ?? Promise.resolve()).then(one);
      lanes[n % WIDTH] = result.then(() => {});
      results.push(result);
      result.catch(() => {}); // told below
    }
    for (const [n, result] of results.entries()) reporter.add({ file: all[n]?.path ?? '', cases: await result });
    return reporter.end() > 0 ? 1 : 0;
  }).finally(() => terminal.clear());
}
