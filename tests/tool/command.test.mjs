// The command as a person and a script use it: help, mistakes and statuses, building, running, types.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { which } from '../command.mjs';
import { cawait, project, saying } from './project.mjs';

const COMMANDS = ['build', 'run', 'test', 'dev', 'init', 'types', 'flags', 'component', 'port'];

/** A mistake in the call: status 2, nothing on stdout, the line first. @param {string[]} args @param {RegExp} line @param {string} [cwd] */
async function mistake(args, line, cwd) {
  const { status, out, err } = await cawait(args, { cwd });
  assert.equal(status, 2, err);
  assert.equal(out, '');
  assert.match(err, line);
  assert.ok(err.split('\n').length < 20, err);
}

test('--help of each command, --version, usage on a mistake', async () => {
  const top = await cawait(['--help']);
  assert.deepEqual([top.status, top.err], [0, '']);
  for (const name of COMMANDS) {
    assert.match(top.out, new RegExp(`^  ${name} `, 'm'));
    const help = await cawait([name, '--help']);
    assert.deepEqual([help.status, help.err], [0, '']);
    assert.match(help.out, new RegExp(`^usage: cawait ${name}\\b`));
    assert.equal((await cawait(['help', name])).out, help.out);
  }
  assert.match((await cawait(['run', '--host', 'js', '--help', 'a.c'])).out, /^usage: cawait run /);
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  assert.deepEqual(await cawait(['--version']), { status: 0, out: `${version}\n`, err: '' });
  await mistake([], /^usage: cawait/);
  await mistake(['biuld', 'a.c'], /^cawait: there is no command biuld: did you mean build\?\ntry: cawait --help\n$/);
  await mistake(['compile'], /^cawait: there is no command compile\n\nusage: /);
});

test('what is wrong with a command line is one line and a hint, status 2', async () => {
  const { folder } = project({ 'a.c': '', 'a.h': '', 'dir/x': '' });
  const cases = /** @type {[string[], RegExp][]} */ ([
    [['build'], /^cawait: no source is named\ntry: cawait build --help\n$/],
    [['a.c', '--hots=js'], /^cawait: unknown option --hots=js: did you mean --host\?\ntry/],
    [['a.c', '--cheked'], /^cawait: unknown option --cheked: did you mean --checked\?\ntry/],
    [['a.c', '-02'], /^cawait: unknown option -02: did you mean -O2\?\ntry/],
    [['a.c', '-std==c11', '--verbose'], /^cawait: unknown option --verbose\ntry/],
    [['a.c', '-ObjC'], /^cawait: unknown option -ObjC\ntry/],
    [['a.c', '-q9'], /^cawait: unknown option -q9\ntry/],
    [['a.c', '--host', 'wasp1'], /^cawait: there is no host wasp1: did you mean wasip1\?\ntry/],
    [['a.c', '--host', 'browser'], /^cawait: there is no host browser: js, wasip1, wasip2, wasip3, sim\ntry/],
    [['a.c', '--host', 'native'], /^cawait: native programs are your own build's: CMake's cawait::native\ntry/],
    [['init', 'pge'], /^cawait: there is no project pge: did you mean page\?\ntry/],
    [['a.c', '-o'], /^cawait: -o needs a value\ntry/],
    [['a.c', '-o', ''], /^cawait: -o needs the name of a file\ntry/],
    [['dev', 'a.c', '-o-'], /^cawait: -o needs the name of a file\ntry/],
    [['a.c', ''], /^cawait: an argument is empty: it names no file\ntry/],
    [['a.c', '--', '-x'], /^cawait: -x is neither a source/],
    [['a.c', '--checked=1'], /^cawait: --checked takes no value\ntry/],
    [['a.c', '-I'], /^cawait: -I needs a value\ntry/],
    [['a.c', '-Wl,-L'], /^cawait: -Wl,-L needs a value\ntry/],
    [['dir'], /^cawait: dir is a folder: name the files in it\ntry/],
    [['a.h'], /^cawait: a\.h is a header: name the sources that include it\ntry/],
    [['a.txt'], /^cawait: a\.txt is neither a source/],
    [['a.c', '-'], /^cawait: reading a program from standard input is not supported/],
    [['a.c', '@none'], /^cawait: @none: no such file of options\ntry/],
    [['a.c', '--host=wasi', '--types'], /^cawait: --types is for --host js/],
    [['types'], /^cawait: no module is named\ntry: cawait types --help\n$/],
    ...[
      '-c',
      '-S',
      '-E',
      '-MD',
      '-shared',
      '-pthread',
      '--target=x',
      '-mexec-model=reactor',
      '-nostdlib',
      '-v',
      '-Wa,-x',
      '-x',
      '-fmodules',
      '-m64',
      '-fsyntax-only',
      '-ftime-trace',
      '-gsplit-dwarf',
      '-fopenmp',
      '-fplugin=x.so',
      '-fdiagnostics-format=sarif',
      '-Wl,-Map=x.map',
      '-Wl,-o',
      '-Wl,--relocatable',
      '-Wl,--import-memory',
      '-Wl,--start-lib',
    ].map(
      (option) =>
        /** @type {[string[], RegExp]} */ ([
          ['a.c', option],
          new RegExp(`^cawait: ${option} is not supported: .+\ntry: cawait build --help\n$`),
        ]),
    ),
  ]);
  await Promise.all(cases.map(([args, line]) => mistake(args, line, folder)));
});

/** It is linked with what its loader must give. */
const IMPORTING = `#include <cawait.h>
int outside(void);
CAW_ASYNC(int, run) { CAW_BEGIN(int) { CAW_RETURN(outside()); } CAW_END; }
CAW_MAIN(run)
`;

test('files that cannot be read or written are one line, status 1', async () => {
  const { folder } = project({ 'a.c': saying('x'), 'out/x': '', 'no.wasm': 'text', 'b.c': IMPORTING });
  const refused = async (/** @type {string[]} */ args, /** @type {string} */ line) =>
    assert.deepEqual(await cawait(args, { cwd: folder }), { status: 1, out: '', err: `cawait: ${line}\n` });
  await refused(['none.c'], 'none.c: no such file');
  const p2 = "take a wasi-sdk's clang (--cc), or clang with Debian's wasi-libc of 2026 and its libclang-rt-dev-wasm32";
  await refused(['a.c', '--host=wasip2'], `the embedded compiler has no C library for WASI 0.2: ${p2}`);
  await refused(['a.c', '-include', 'none.h'], 'error: none.h: no such file, which -include names');
  await refused(['a.c', '-o', 'out'], 'out cannot be written: it is a folder');
  await refused(['a.c', '-o', '.'], '. cannot be written: it is a folder');
  await refused(['a.c', '-o', 'none/'], 'none/ cannot be written: it is a folder');
  await refused(['a.c', '-o', 'a.c/x.wasm'], 'a.c/x.wasm cannot be written: its folder is a file');
  await refused(['a.c/'], 'a.c/: no such file');
  await mistake(
    ['a.c', '-o', './a.c'],
    /^cawait: \.\/a\.c is what the module is built of: -o needs another name\ntry/,
    folder,
  );
  await mistake(['b.c', 'a.c', '-o', 'a.c'], /^cawait: a\.c is what the module is built of/, folder);
  const imports = "the module imports the function 'env.outside', which is not there";
  const run = async (/** @type {string[]} */ args) =>
    (await cawait(['run', ...args, '-Wl,--allow-undefined', 'b.c'], { cwd: folder })).err;
  assert.match(await run([]), new RegExp(`^cawait: b\\.c: ${imports}.*\n$`));
  assert.match(await run(['--host=wasi']), /^cawait: b\.c: .*env.*\n$/);
  await refused(['run', 'none.wasm'], 'none.wasm cannot be read: ENOENT');
  await refused(['types', 'none.wasm'], 'none.wasm cannot be read: ENOENT');
  for (const command of ['run', 'types']) {
    const { status, err } = await cawait([command, 'no.wasm'], { cwd: folder });
    assert.deepEqual([status, err.split(':')[1]], [1, ' no.wasm is no module of WebAssembly']);
  }
});

test('what the compiler refuses is shown as it says it, status 1, and nothing is written', async () => {
  const { folder, at } = project({
    'src/a.c': 'int f(void) { return x; }\nint g(void) { return y; }\n',
    'wrong.c': '#include <cawait.h>\nint f(void) { return CAW_AWAIT(caw_sleep(1)), 0; }\n',
    'option.c': '',
  });
  const { status, out, err } = await cawait(['src/a.c', '-o', 'a.wasm'], { cwd: folder });
  assert.deepEqual([status, out], [1, '']);
  assert.match(
    err,
    /^src\/a\.c:1:22: error: use of undeclared identifier 'x'\n[^]*\nsrc\/a\.c:2:22: error: [^]*2 errors generated\.\n$/,
  );
  assert.ok(!existsSync(at('a.wasm')));
  assert.match((await cawait(['wrong.c'], { cwd: folder })).err, /^wrong\.c:2:/);
  const option = await cawait(['option.c', '-fnone'], { cwd: folder });
  assert.deepEqual([option.status, /unknown argument: '-fnone'/.test(option.err)], [1, true], option.err);
});

test('a module is named as its source or by -o, alone or after build', async () => {
  const { folder, at, write } = project({ 'src/app.c': saying('hello') });
  const built = await cawait(['build', 'src/app.c', '--strip'], { cwd: folder });
  assert.match(built.out, /^app\.wasm: \d+ bytes\n$/);
  assert.deepEqual([built.status, built.err], [0, '']);
  const named = await cawait(['-oout/x.wasm', 'src/app.c', '--quiet'], { cwd: folder });
  assert.deepEqual(named, { status: 0, out: '', err: '' });
  assert.ok(WebAssembly.validate(readFileSync(at('out/x.wasm'))));
  assert.ok(readFileSync(at('out/x.wasm')).includes('x.wasm'), 'its name section has the name');
  assert.ok(readFileSync(at('app.wasm')).length < readFileSync(at('out/x.wasm')).length);
  write('options', '"src/app.c" -o\n  \'by file.wasm\'');
  assert.equal((await cawait(['@options'], { cwd: folder })).out.replace(/\d+/, 'N'), 'by file.wasm: N bytes\n');
});

const TYPES = `// The exported functions of types.wasm, written by \`npx cawait types\`: load<Exports>('types.wasm')
import type { CallOptions } from 'cawait';

/** Where somebody is. */
export interface point {
  x: number;
  y: number;
  id: bigint;
}

export interface line {
  from: point;
  to: point;
  dotted: boolean;
}

/** Without the day. */
export interface tm_part {
  year: number;
  month: number;
}

export interface Exports {
  /**
   * The mean of three.
   *
   * In all kinds of numbers.
   */
  mean(a: number, b: number, c: bigint, options?: CallOptions): Promise<number>;
  /** Does nothing; *\\/ ends no comment. */
  nothing(options?: CallOptions): Promise<void>;
  join(text: string, bytes: Uint8Array | ArrayBuffer, upper: boolean, options?: CallOptions): Promise<string>;
  /** Of a rectangle; at once. */
  area(width: number, height: number): number;
  /** Forgets all. */
  reset(): void;
  middle(l: line): point;
  smooth(numbers: Float64Array, when: tm_part, options?: CallOptions): Promise<Float64Array>;
}
`;

test('types: of the module, with the comments of its source; none of a module that is not ours', async () => {
  const { folder, at, write } = project({ 'src/types.c': readFileSync(join(import.meta.dirname, 'types.c'), 'utf8') });
  const built = await cawait(['build', 'src/types.c', '--types'], { cwd: folder });
  assert.equal(built.status, 0, built.err);
  assert.equal(readFileSync(at('types.wasm.d.ts'), 'utf8'), TYPES);
  writeFileSync(at('types.wasm.d.ts'), '');
  assert.deepEqual(await cawait(['types', 'types.wasm', 'src/types.c'], { cwd: folder }), {
    status: 0,
    out: 'types.wasm.d.ts\n',
    err: '',
  });
  assert.equal(readFileSync(at('types.wasm.d.ts'), 'utf8'), TYPES);
  const apart = await cawait(['types', 'src/types.c', 'types.wasm', '-o', 'other.wasm'], { cwd: folder });
  assert.deepEqual(apart, { status: 0, out: 'other.wasm\n', err: '' });
  assert.equal(readFileSync(at('other.wasm'), 'utf8'), TYPES);
  const bare = TYPES.replace(/^ *\/\*\*(.*\*\/\n|\n( +\*.*\n)+)/gm, '');
  assert.deepEqual(await cawait(['types', 'types.wasm', '-o', '-'], { cwd: folder }), {
    status: 0,
    out: bare,
    err: '',
  });
  write('other.wasm', Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  const other = await cawait(['types', 'other.wasm'], { cwd: folder });
  assert.deepEqual(other, {
    status: 1,
    out: '',
    err: 'cawait: other.wasm was not built with cawait for JavaScript (--host js)\n',
  });
});

test('builds at once, of one module', async () => {
  const { folder } = project({ 'a.c': saying(`at once ${process.pid}`) });
  const builds = await Promise.all([1, 2, 3].map(() => cawait(['a.c', '-o', 'a.wasm'], { cwd: folder })));
  for (const built of builds) assert.deepEqual([built.status, built.err], [0, '']);
  assert.equal((await cawait(['run', 'a.wasm'], { cwd: folder })).out, `at once ${process.pid}\n`);
  assert.deepEqual(readdirSync(folder).sort(), ['a.c', 'a.wasm']);
});

test('--cc: a clang of the machine does the same; what is none is said to be', async (t) => {
  const { folder } = project({
    'src/a.c': `#include "../b.h"\n${saying('by another')}int wrong_${1}(void) { int unused; return B; }\n`,
    'b.h': '#define B 1\n',
  });
  const none = await cawait(['src/a.c', '--cc', 'no-such-clang'], { cwd: folder });
  assert.deepEqual(none, {
    status: 1,
    out: '',
    err: 'cawait: no-such-clang cannot be run: there is no such command\n',
  });
  const other = await cawait(['src/a.c', '--cc', process.execPath], { cwd: folder });
  assert.deepEqual(
    [other.status, other.err],
    [1, `cawait: ${process.execPath} is no clang 17 or newer: ${process.version}\n`],
  );
  if (!which('clang-19') || !which('wasm-ld-19')) return t.diagnostic('no clang-19 here');
  for (const [host, checked] of [
    ['js', '--checked'],
    ['wasi', '--strip'],
    ['sim', '-s'],
  ]) {
    const built = await cawait([`--host=${host}`, '--cc=clang-19', String(checked), 'src/a.c'], { cwd: folder });
    assert.equal(built.status, 0, built.err);
    assert.match(built.err, /^src\/a\.c:14:\d+: warning: unused variable 'unused'/);
    assert.deepEqual(await cawait(['run', 'a.wasm'], { cwd: folder }), { status: 0, out: 'by another\n', err: '' });
  }
  const refused = await cawait(['--cc=clang-19', 'src/a.c', '-DB=2', '-Werror'], { cwd: folder });
  assert.deepEqual(
    [refused.status, /^In file included from src\/a\.c:1:\nsrc\/\.\.\/b\.h:1:9: error/.test(refused.err)],
    [1, true],
    refused.err,
  );
});

test('on a terminal: what is done now, in one line that goes; colours unless they are unwanted', async () => {
  const { folder } = project({ 'a.c': saying('x'), 'wrong.c': 'int f(void) { return x; }\n' });
  const terminal =
    'import tty from "node:tty"; import { syncBuiltinESMExports } from "node:module"; tty.isatty = (fd) => fd === 2;' +
    'syncBuiltinESMExports(); process.stderr.columns = 40;';
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(terminal)}`;
  const env = { NODE_OPTIONS, CI: '', TERM: 'xterm' };
  const built = await cawait(['a.c'], { cwd: folder, env });
  assert.equal(built.err, ['compiling a.c', 'linking'].map((what) => `\r\x1b[2K${what}…`).join('') + '\r\x1b[2K');
  const quiet = await cawait(['a.c', '--quiet'], { cwd: folder, env });
  assert.deepEqual(quiet, { status: 0, out: '', err: '' });
  const coloured = await cawait(['wrong.c'], { cwd: folder, env });
  assert.match(coloured.err, /\x1b\[0;1;31merror: /);
  const plain = await cawait(['wrong.c'], { cwd: folder, env: { ...env, NO_COLOR: '1' } });
  assert.match(plain.err, /\r\x1b\[2Kwrong\.c:1:22: error: use of undeclared identifier 'x'\n/);
  assert.doesNotMatch((await cawait(['wrong.c'], { cwd: folder })).err, /\x1b/);
});
