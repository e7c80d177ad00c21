// The pack leg: what `npm publish` would send. Its files and size, publint, attw; then installed into a CMake project, a plain
// Node program and a Vite page, each of which must run.

import { spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { findBrowser, launch } from '../browser/launch.mjs';
import { command, which } from '../command.mjs';
import { CACHE, REMEDY, componentTools } from '../engines.mjs';
import { snippet } from '../readme.mjs';

const APPS = join(ROOT, 'tests/pack');
const LIMIT = 600_000;
const PLUGINS = ['./vite', './rollup', './webpack', './rspack', './esbuild'];

// One file of each kind that the package is for.
const HOLDS = [
  'dist/cawait.rsp',
  'dist/cmake/cawait-config.cmake',
  'dist/include/cawait.h',
  'dist/include/cawait/coro.h',
  'dist/js/index.js',
  'dist/js/index.d.ts',
  'dist/js/node.js',
  'dist/js/static.js',
  'dist/js/tool/build.js',
  'dist/wasm/tool/cawait.mjs',
  'dist/library.br',
  'dist/wasm/wasip3/wit/cawait.wit',
  'dist/wasm/toolchain/sources.txt',
  'dist/wasm/toolchain/coro-flags.txt',
  'CMakeLists.txt',
  'LICENSE',
  'README.md',
];

export function needs() {
  const missing = ['clang-19', 'cmake', 'ninja', 'wasm-ld-19'].filter((tool) => !which(tool));
  if (!findBrowser('chromium')) missing.push('chromium');
  return missing.length > 0 ? `install ${missing.join(', ')} (and wasi-libc, libclang-rt-19-dev-wasm32)` : null;
}

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const work = mkdtempSync(join(tmpdir(), 'cawait-pack-'));
  try {
    const tarball = await pack(tally, work);
    if (!tarball) return;
    await lint(tally, tarball);
    const module = await consume(tally, work, tarball);
    if (!module) return;
    await nodeApp(tally, work, module);
    await ownClang(tally, work);
    await ownCMake(tally, work);
    await subdirectory(tally, work);
    await tool(tally, work);
    await peers(tally, work, tarball);
    await viteApp(tally, work, module);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** @param {import('../tally.mjs').Tally} tally @param {string} work */
async function pack(tally, work) {
  // The build is fresh: npm test made it. The hook that makes it for `npm publish` would only do so again.
  const packed = await command('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], {
    cwd: ROOT,
  });
  const json = packed.output.slice(packed.output.indexOf('[\n'));
  if (packed.status !== 0) return tally.fail('npm pack', packed.output);
  const [{ filename, files, size }] = JSON.parse(json);
  const paths = new Set(files.map((/** @type {{ path: string }} */ { path }) => path));
  const missing = HOLDS.filter((path) => !paths.has(path));
  tally.check('the package holds all it should', missing.length === 0, `missing: ${missing.join(', ')}`);
  const own = [...paths].filter((path) => !path.startsWith('dist/wasm/tool/templates/'));
  const odd = own.filter((path) => /\.(o|tgz|test\.\w+)$|^(src|wasm|tests|web|build|node_modules)\//.test(path));
  tally.check('the package holds nothing else', odd.length === 0, odd.join('\n'));
  const { types, idle } = typesNeeded([...paths]);
  tally.check('the package holds the types that its entries need, and no others', idle.length === 0, idle.join('\n'));
  const absent = types.filter((path) => !paths.has(path));
  tally.check('all types that its entries need are there', absent.length === 0, absent.join('\n'));
  tally.check(`the package has at most ${LIMIT} bytes`, size <= LIMIT, `it has ${size}`);
  return join(work, filename);
}

/**
 * The .d.ts that the entries of the package lead to, and those of the package that no entry does.
 * @param {string[]} paths
 */
function typesNeeded(paths) {
  /** @type {{ exports: Record<string, string | { types?: string }> }} */
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const types = new Set(
    Object.values(exports).flatMap((entry) => (typeof entry === 'object' && entry.types ? [entry.types.slice(2)] : [])),
  );
  for (const path of types) {
    const text = existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : '';
    for (const [, other = ''] of text.matchAll(/(?:from|import\() ?['"](\.[\w./-]+)\.(?:ts|js)['"]/g))
      types.add(posix.join(posix.dirname(path), `${other}.d.ts`));
  }
  return { types: [...types], idle: paths.filter((path) => path.endsWith('.d.ts') && !types.has(path)) };
}

/** @param {import('../tally.mjs').Tally} tally @param {string} tarball */
async function lint(tally, tarball) {
  const bin = (/** @type {string} */ path) => join(ROOT, 'node_modules', path);
  const published = await command(process.execPath, [bin('publint/src/cli.js'), 'run', tarball, '--strict']);
  tally.check('publint', published.status === 0 && /All good/.test(published.output), published.output);
  const attw = [bin('@arethetypeswrong/cli/dist/index.js'), tarball, '--no-color', '--profile', 'esm-only'];
  // Headers, libraries and modules are entries that have no types by nature.
  const checked = await command(process.execPath, [...attw, '--entrypoints', '.', './static', './tasks', './build']);
  tally.check('attw', checked.status === 0, checked.output);
}

/**
 * Builds tests/cmake/consumer with nothing but the installed package and a WASI toolchain.
 * @param {import('../tally.mjs').Tally} tally @param {string} work @param {string} tarball
 */
async function consume(tally, work, tarball) {
  const app = join(work, 'node');
  cpSync(join(APPS, 'node'), app, { recursive: true });
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }');
  const installed = await command('npm', ['install', '--no-audit', '--no-fund', '--offline', tarball], { cwd: app });
  if (installed.status !== 0) return tally.fail('npm install', installed.output);
  const shown = await command(process.execPath, ['-p', "require('cawait/build').cmake_dir"], {
    cwd: app,
    env: { NODE_NO_WARNINGS: '1' },
  });
  const options = [
    `-DCMAKE_TOOLCHAIN_FILE=${join(ROOT, 'tests/cmake/debian-wasi.cmake')}`,
    `-Dcawait_DIR=${shown.output.trim()}`,
    '-DHOST=js',
    '-DCMAKE_BUILD_TYPE=Release',
  ];
  const build = join(work, 'consumer');
  const configured = await command('cmake', [
    '-S',
    join(ROOT, 'tests/cmake/consumer'),
    '-B',
    build,
    '-G',
    'Ninja',
    ...options,
  ]);
  if (configured.status !== 0) return tally.fail('find_package of the npm package', configured.output);
  const built = await command('ninja', ['-C', build]);
  tally.check('a C program built with the npm package', built.status === 0, built.output);
  return built.status === 0 ? join(build, 'consumer') : null;
}

/** @param {import('../tally.mjs').Tally} tally @param {string} work @param {string} module */
async function nodeApp(tally, work, module) {
  const { status, output } = await command(process.execPath, ['app.mjs', module], { cwd: join(work, 'node') });
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const good = status === 0 && output === `cawait ${version}, 2 flags\nconsumer: 42\n`;
  tally.check('a plain Node program', good, output);
}

/**
 * README's lines for a compiler of one's own, as they stand. Debian's clang must be told where its C library for WASI is; a wasi-sdk
 * knows.
 * @param {import('../tally.mjs').Tally} tally @param {string} work
 */
async function ownClang(tally, work) {
  const app = join(work, 'node');
  copyFileSync(join(ROOT, 'tests/cmake/consumer/consumer.c'), join(app, 'app.c'));
  const clang = 'clang() { clang-19 -nostdlibinc -isystem /usr/include/wasm32-wasi --sysroot=/ "$@"; }\n';
  const lines = snippet('sh', 'D=$(node -p').replaceAll('--target=wasm32-wasip1', '--target=wasm32-wasi');
  const { status, output } = await command('bash', ['-e', '-c', clang + lines], { cwd: app });
  const ran = status === 0 ? await command(process.execPath, ['app.mjs', join(app, 'app.wasm')], { cwd: app }) : null;
  tally.check("README's own clang", !!ran?.output.endsWith('consumer: 42\n'), `${output}${ran?.output}`);
}

/** README's lines of CMake. @param {import('../tally.mjs').Tally} tally @param {string} work */
async function ownCMake(tally, work) {
  const app = join(work, 'node');
  const head = 'cmake_minimum_required(VERSION 3.21)\nproject(app LANGUAGES C)\nadd_executable(app app.c)\n';
  const lines = snippet('cmake', 'find_package(cawait').replace('find_package', '\nfind_package');
  writeFileSync(join(app, 'CMakeLists.txt'), head + lines);
  const options = [
    `-DCMAKE_TOOLCHAIN_FILE=${join(ROOT, 'tests/cmake/debian-wasi.cmake')}`,
    `-Dcawait_DIR=${join(app, 'node_modules/cawait/dist/cmake')}`,
    '-DCMAKE_BUILD_TYPE=Release',
  ];
  const configured = await command('cmake', ['-S', app, '-B', join(app, 'build'), '-G', 'Ninja', ...options]);
  const built = await command('ninja', ['-C', join(app, 'build')]);
  tally.check("README's CMake", configured.status === 0 && built.status === 0, configured.output + built.output);
}

/** The installed package as a part of a CMake project, natively. @param {import('../tally.mjs').Tally} tally @param {string} work */
async function subdirectory(tally, work) {
  const build = join(work, 'subdirectory');
  const source = ['-S', join(ROOT, 'tests/cmake/consumer'), '-B', build, '-G', 'Ninja', '-DCMAKE_C_COMPILER=clang-19'];
  const options = ['-DHOST=sim', `-DCAWAIT_FROM=${join(work, 'node/node_modules/cawait')}`];
  const configured = await command('cmake', [...source, ...options]);
  const built = await command('ninja', ['-C', build, 'consumer']);
  const ran = await command(join(build, 'consumer'), []);
  const good = ran.status === 0 && ran.output === 'consumer: 42\n';
  tally.check('add_subdirectory of the package', good, configured.output + built.output + ran.output);
}

/** The files under a folder, with size and time. @param {string} folder */
function listing(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => {
    const { size, mtimeMs } = statSync(join(entry.parentPath, entry.name));
    return `${entry.parentPath}/${entry.name} ${size} ${mtimeMs}`;
  });
}

/**
 * The installed command, beside the embedded compiler, with an empty cache: the library is not compiled, as its archives are there,
 * and nothing is written into node_modules.
 * @param {import('../tally.mjs').Tally} tally @param {string} work
 */
async function tool(tally, work) {
  const app = join(work, 'node');
  symlinkSync(join(ROOT, 'node_modules/@yowasp'), join(app, 'node_modules/@yowasp'));
  mkdirSync(join(app, 'src'));
  writeFileSync(join(app, 'src/app.c'), '#include "../app.h"\n');
  copyFileSync(join(ROOT, 'tests/cmake/consumer/consumer.c'), join(app, 'app.h'));
  const before = listing(join(app, 'node_modules/cawait'));
  const env = { CAWAIT_CACHE: join(work, 'cache'), NO_COLOR: '1' };
  const cawait = (/** @type {string[]} */ ...args) =>
    command(join(app, 'node_modules/.bin/cawait'), args, { cwd: app, env });
  for (const options of [['--host=js'], ['--host=wasip1', '--checked']]) {
    const { status, output } = await cawait('run', ...options, 'src/app.c');
    tally.check(`npx cawait run ${options.join(' ')}`, status === 0 && output === 'consumer: 42\n', output);
  }
  const entries = readdirSync(join(work, 'cache'));
  tally.check(
    'it compiles the program alone',
    entries.length === 4,
    `${entries.length} entries: two objects, two modules`,
  );
  if (componentTools()) {
    // The only library that the package has no room for: made of its sources.
    const { output } = await cawait('build', '--host=wasip3', 'src/app.c');
    tally.check('npx cawait build --host=wasip3', /^app\.wasm: \d+ bytes\n$/.test(output), output);
  } else tally.skip('npx cawait build --host=wasip3', REMEDY);
  await types(tally, app, env);
  tally.check('it leaves the package as it was', listing(join(app, 'node_modules/cawait')).join() === before.join());
  rmSync(join(app, 'node_modules/@yowasp'));
  const without = await cawait('src/app.c');
  const remedy = /^cawait: the embedded compiler is not installed: npm install --save-dev @yowasp\/clang .*\n$/;
  tally.check(
    'without the compiler it says how to get it',
    without.status === 1 && remedy.test(without.output),
    without.output,
  );
}

/**
 * The types of the package, and those that the command writes, under TypeScript of today and the oldest that is supported: strict,
 * the declarations of the package checked, too, and no more of a library than es2022.
 * @param {import('../tally.mjs').Tally} tally @param {string} app @param {Record<string, string>} env
 */
async function types(tally, app, env) {
  const folder = join(app, 'types');
  cpSync(join(APPS, 'types'), folder, { recursive: true });
  copyFileSync(join(ROOT, 'tests/tool/types.c'), join(folder, 'types.c'));
  const script = `import { build } from 'cawait/build';
    import { writeFileSync } from 'node:fs';
    const { module, types, moduleTypes } = await build({ sources: ['types.c'] });
    writeFileSync('types.wasm', module);
    writeFileSync('types.wasm.d.ts', types);
    writeFileSync('types.c.d.ts', moduleTypes);
    writeFileSync('names.c.d.ts', (await build({ sources: ['names.c'] })).moduleTypes);`;
  const built = await command(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, env });
  if (built.status !== 0) return tally.fail('build() of the installed package', built.output);
  const header = readFileSync(join(ROOT, 'src/include/cawait/error.h'), 'utf8');
  const names = [...header.matchAll(/X\(\w+, ("\w+")/g)].map(([, name]) => name);
  const own = ['"Disposed"', '"LoadError"', '"Trap"'];
  writeFileSync(
    join(folder, 'errors.ts'),
    `import type { ErrorType } from 'cawait';\ntype Known = ${[...names, ...own].join(' | ')};\n` +
      'export const there = (type: Known): ErrorType => type;\nexport const back = (type: ErrorType): Known => type;\n',
  );
  const oldest = join(CACHE, 'engines/node_modules/typescript54');
  for (const compiler of [join(ROOT, 'node_modules/typescript'), oldest]) {
    if (!existsSync(compiler)) {
      tally.skip('TypeScript 5.4', REMEDY);
      continue;
    }
    const { version } = JSON.parse(readFileSync(join(compiler, 'package.json'), 'utf8'));
    for (const [project, what] of /** @type {const} */ ([
      ['tsconfig.json', ''],
      ['bare.json', ', without the DOM'],
    ])) {
      const tsc = [join(compiler, 'bin/tsc'), '-p', project];
      const { status, output } = await command(process.execPath, tsc, { cwd: folder });
      tally.check(`its types under TypeScript ${version}${what}`, status === 0, output);
    }
  }
}

/**
 * npm installs the package beside any compiler: each of these ran a program on every host (the last is of the time to come). All
 * versions of it are prereleases to npm, which a range does not take easily.
 * @param {import('../tally.mjs').Tally} tally @param {string} work @param {string} tarball
 */
async function peers(tally, work, tarball) {
  for (const version of ['21.1.4-1', '21.1.4-3', '22.0.0-git20542-10', '23.1.0-2']) {
    const app = join(work, `peer-${version}`);
    mkdirSync(join(app, 'clang'), { recursive: true });
    writeFileSync(join(app, 'package.json'), '{ "private": true }');
    writeFileSync(join(app, 'clang/package.json'), JSON.stringify({ name: '@yowasp/clang', version }));
    const args = ['install', '--no-audit', '--no-fund', '--offline', tarball, './clang'];
    const { status, output } = await command('npm', args, { cwd: app });
    tally.check(`npm install beside @yowasp/clang ${version}`, status === 0, output);
  }
}

/** @param {import('../tally.mjs').Tally} tally @param {string} work @param {string} module */
async function viteApp(tally, work, module) {
  const app = join(work, 'vite');
  cpSync(join(APPS, 'vite'), app, { recursive: true });
  copyFileSync(module, join(app, 'consumer.wasm'));
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }');
  mkdirSync(join(app, 'node_modules'));
  cpSync(join(work, 'node/node_modules/cawait'), join(app, 'node_modules/cawait'), { recursive: true });
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const built = await command(process.execPath, [vite, 'build', '--target', 'es2022'], { cwd: app });
  if (built.status !== 0) return tally.fail('vite build', built.output);
  const hashed = /assets\/consumer-[\w-]+\.wasm/.test(built.output);
  tally.check('Vite finds the module by new URL(..., import.meta.url)', hashed, built.output);

  const server = spawn(process.execPath, [vite, 'preview', '--host', '127.0.0.1', '--port', '0'], { cwd: app });
  const browser = await launch('chromium');
  try {
    const url = await new Promise((resolve, reject) => {
      let text = '';
      server.stdout.on('data', (bytes) => {
        text += bytes;
        // The address is coloured, port and all.
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text.replace(/\x1b\[\d+m/g, ''));
        if (found) resolve(found[0]);
      });
      server.on('exit', () => reject(new Error(`vite preview: ${text}`)));
    });
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForFunction(() => document.title === 'done', { timeout: 300_000 });
    const output = await page.evaluate(() => document.getElementById('output')?.textContent);
    const expected = 'consumer: 42\nexit 0\n';
    tally.check('a page built by Vite, in Chromium', output === expected, `${output}`);
  } finally {
    await browser.close();
    server.kill();
  }
}
