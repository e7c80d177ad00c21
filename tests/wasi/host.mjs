// What the WASI host promises beyond the gallery: time, lines of stdin however they come, deadlocks, exit codes. For any runtime.
// It must not know which runtime it is: a leg hands in the command.

import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';

/** @typedef {{ status: number | null, stdout: string, stderr: string }} End */
/** @typedef {(string | Uint8Array | number | RegExp)[]} Script
 *     written to stdin; so many lines of stderr waited for, beyond those that are there; waited for in stdout; or Infinity: until the end */

const BUILD = join(ROOT, 'build/tests/wasi');
const SECONDS = 300; // until a program that hangs is stopped

/** @typedef {(name: string, checked?: boolean) => Promise<string>} Build  of tests/wasi/NAME.c; gives the path */

/** @type {Build} */
async function forWasi(name, checked = false) {
  const out = join(BUILD, `host-${name}.wasm`);
  await program({ host: 'wasi', sources: [join(ROOT, 'tests/wasi', `${name}.c`)], out, checked });
  return out;
}

/**
 * Runs a command to its end while a script is played into its stdin; a path instead of a script is opened as stdin.
 * @param {string[]} command @param {Script | string} input
 * @returns {Promise<End>}
 */
export async function play([name = '', ...args], input) {
  const file = typeof input === 'string' ? openSync(input, 'r') : null;
  const child = spawn(name, args, { cwd: ROOT, stdio: [file ?? 'pipe', 'pipe', 'pipe'] });
  if (file !== null) closeSync(file);
  const timer = setTimeout(() => child.kill('SIGKILL'), SECONDS * 1000);
  const end = { status: /** @type {number | null} */ (null), stdout: '', stderr: '' };
  child.stdout?.on('data', (bytes) => void (end.stdout += bytes));
  child.stderr?.on('data', (bytes) => void (end.stderr += bytes));
  let over = false;
  const closed = new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  closed.finally(() => (over = true)).catch(() => {});
  const { stdin } = child;
  stdin?.on('error', () => {}); // it may end before it has read everything
  if (stdin && typeof input !== 'string') {
    for (const step of input) {
      const said = linesOf(end.stderr);
      if (typeof step === 'number') while (!over && linesOf(end.stderr) < said + step) await sleep(5);
      else if (step instanceof RegExp) while (!over && !step.test(end.stdout)) await sleep(5);
      else stdin.write(step);
    }
    stdin.end();
  }
  end.status = await closed;
  clearTimeout(timer);
  return end;
}

/** @param {string} text */
const linesOf = (text) => text.split('\n').length;

/** As lines.c prints it. @param {Uint8Array} line */
function checksum(line) {
  let sum = 2166136261;
  for (const byte of line) sum = Math.imul(sum ^ byte, 16777619);
  return `${line.length} ${(sum >>> 0).toString(16)}`;
}

/** What lines.c makes of an input. @param {Uint8Array[]} lines */
const listed = (...lines) => lines.map((line) => `${checksum(line)}\n`).join('');

const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);
const LONG = bytes('0123456789abcdef'.repeat(20_000)); // 320 kB: many reads, and a buffer that grows
const BINARY = Uint8Array.from({ length: 3000 }, (_, i) => (i * 7) % 256).filter((byte) => byte !== 10 && byte !== 13);
const NEWLINE = bytes('\n');
let made = 0;

/** Inputs of lines.c, its ticks between the parts: [name, script, lines]. @type {[string, Script, Uint8Array[]][]} */
const INPUTS = [
  ['no input at all', [], []],
  ['silence, then the end', [3], []],
  ['lines at once', ['a\nbb\n\nccc\n'], ['a', 'bb', '', 'ccc'].map(bytes)],
  ['lines with pauses', ['a\n', 2, 'bb\n', 2, 'ccc\n'], ['a', 'bb', 'ccc'].map(bytes)],
  ['a line in pieces', ['a', 2, 'b', 2, 'c\nd', 2, '\n'], ['abc', 'd'].map(bytes)],
  ['a last line without an end', ['a\nlast'], ['a', 'last'].map(bytes)],
  ['CRLF, and a CR of its own', ['a\r\n\r\nb\rc\r', 2, '\nd\r'], ['a', '', 'b\rc', 'd\r'].map(bytes)],
  ['a line of 320 kB', [LONG, NEWLINE, 'x\n'], [LONG, bytes('x')]],
  ['bytes that are no text', [BINARY, NEWLINE, BINARY], [BINARY, BINARY]],
  ['twenty thousand lines', ['line\n'.repeat(20_000)], Array(20_000).fill(bytes('line'))],
];

/** @param {import('../tally.mjs').Tally} tally @param {(module: string, ...args: string[]) => string[]} start @param {Build} build */
async function lines(tally, start, build) {
  const command = start(await build('lines'));
  for (const [name, script, expected] of INPUTS) {
    const { status, stdout, stderr } = await play(command, [/lines\? /, ...script]);
    const good = status === 0 && /^(tick \d+\n)*$/.test(stderr) && stdout === `lines? ${listed(...expected)}end\n`;
    tally.check(`stdin: ${name}`, good, `exit status ${status}\n${stdout.slice(-500)}${stderr.slice(-500)}`);
  }

  const file = join(BUILD, `stdin-${process.pid}-${made++}.txt`);
  mkdirSync(BUILD, { recursive: true });
  writeFileSync(file, Buffer.concat([bytes('first\r\n'), LONG, bytes('\n\nlast')]));
  const { status, stdout } = await play(command, file);
  rmSync(file);
  const want = `lines? ${listed(bytes('first'), LONG, bytes(''), bytes('last'))}end\n`;
  tally.check('stdin: a file', status === 0 && stdout === want, stdout.slice(-500));

  const asked = await play(command, [/^lines\? $/, 'yes\n']);
  tally.check('stdin: a prompt without a newline is seen before the answer', asked.status === 0, asked.stdout);
}

/** Files, awaited, in a folder of their own. @param {import('../tally.mjs').Tally} tally @param {(module: string, ...args: string[]) => string[]} start @param {Build} build */
async function files(tally, start, build) {
  const folder = join(BUILD, `files-${process.pid}-${made++}`);
  mkdirSync(folder, { recursive: true });
  const { status, stdout, stderr } = await play(start(await build('files'), relative(ROOT, folder)), []);
  rmSync(folder, { recursive: true });
  tally.program('files', { status, output: stdout + stderr });
}

/**
 * Standard streams (standard.c), of any host whose programs are commands.
 * @param {import('../tally.mjs').Tally} tally @param {string[]} command
 */
export async function standard(tally, command) {
  const untold = (/** @type {string} */ stderr) => stderr.replaceAll(/^tick \d+\n/gm, '');
  const whole = `${'0123456789abcdef\n'.repeat(60_000)}end`; // a megabyte: more than all buffers hold
  const waited = await play(command, ['wait\n', 'first', /^now/, 2, whole]);
  const good = waited.status === 0 && waited.stdout === `now\nfirst${whole}`;
  const said = waited.stderr.slice(-500);
  tally.check(
    'standard streams: a megabyte, behind reads that were given up',
    good,
    `${waited.stdout.length}\n${said}`,
  );
  tally.check('standard streams: one at a time', untold(waited.stderr) === 'one at a time, given up\n', said);

  const file = join(BUILD, `standard-${process.pid}-${made++}.txt`);
  mkdirSync(BUILD, { recursive: true });
  writeFileSync(file, `copy\n${whole}`);
  const read = await play(command, file);
  rmSync(file);
  tally.check(
    'standard streams: input from a file',
    read.status === 0 && read.stdout === whole,
    read.stderr.slice(-500),
  );

  const [name = '', ...args] = command;
  const child = spawn(name, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (bytes) => void (stderr += bytes));
  child.stdout.once('data', () => child.stdout.destroy());
  child.stdin.end('flood\n');
  const status = await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  // wasmtime says no more of it in preview 1.
  tally.check(
    'standard streams: a pipe that nobody reads any more',
    status === 0 && /^broken( pipe)?$/m.test(untold(stderr)),
    stderr.slice(-500),
  );
}

/** @param {import('../tally.mjs').Tally} tally @param {(module: string, ...args: string[]) => string[]} start @param {Build} build @param {(code: number) => number} code */
async function ends(tally, start, build, code) {
  const dead = await play(start(await build('deadlock')), []);
  const told =
    /^cawait: deadlock/m.test(dead.stderr) &&
    /\(T\) Task-1\n.* main_ \(.*\n *└── \(T\) stuck one: waits for a Future\n.* stuck \(/.test(dead.stderr);
  tally.check(
    'a deadlock is reported with who waits for whom, and ends it with 1',
    dead.status === 1 && told,
    dead.stderr,
  );

  const exit = await play(start(await build('exit')), []);
  tally.check(
    "CAW_MAIN's int is the exit code",
    exit.status === code(7) && exit.stdout === 'bye',
    JSON.stringify(exit),
  );

  const raised = await play(start(await build('raise')), []);
  const said = /ValueError: number 13\n.*main_.*raise\.c:\d+/.test(raised.stderr);
  tally.check('an error of CAW_MAIN is reported, and ends it with 1', raised.status === 1 && said, raised.stderr);

  const forgotten = await play(start(await build('forgotten', true)), []);
  const reported = /coroutine 'greet' was never awaited\n.*greet.*forgotten\.c:\d+/.test(forgotten.stderr);
  tally.check('a checked build reports what was never awaited', forgotten.status === 0 && reported, forgotten.stderr);

  const own = await play(start(await build('arguments'), '3', '4'), []);
  tally.check(
    "a program's own main",
    own.status === code(14) && own.stdout === '3 -> 6\n4 -> 8\n',
    JSON.stringify(own),
  );
}

/**
 * @param {import('../tally.mjs').Tally} tally
 * @param {(module: string, ...args: string[]) => string[]} start  the command that runs a module with arguments
 * @param {{ build?: Build, code?: (code: number) => number }} [host]  by the embedded compiler, for the host wasi, unless it is another; what
 *     comes of an exit code
 */
export async function hostTests(tally, start, { build = forWasi, code = (code) => code } = {}) {
  for (const [name, script] of /** @type {[string, Script][]} */ ([
    ['timers', []],
    ...(build === forWasi ? /** @type {[string, Script][]} */ ([['no_sockets', []]]) : []), // the others have them
    ['waiting', ['he', /^now/m, 'llo\nworld\nlast\n']],
    ['busy', [/^now/m, 'news\n', Infinity]],
    ['channel', []],
  ])) {
    const { status, stdout, stderr } = await play(start(await build(name)), script);
    tally.program(name, { status, output: stdout + stderr });
  }
  await files(tally, start, build);
  await lines(tally, start, build);
  await standard(tally, start(await build('standard')));
  await ends(tally, start, build, code);
}
