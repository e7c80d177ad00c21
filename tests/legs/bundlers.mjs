// The bundlers leg: the packed tarball's plugins. `import { greet } from './app.c'` in Vite, Rollup, esbuild, webpack and Rspack: built for
// production and run in Chromium; then watching, and Vite's development server, with edits and mistakes. tests/pack/bundlers is the project.
// It must not know what the plugins do. Vite is the checkout's, the others are .ci/run's (engines.mjs).

import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { findBrowser, launch } from '../browser/launch.mjs';
import { command } from '../command.mjs';
import { CACHE, REMEDY } from '../engines.mjs';

const APP = join(ROOT, 'tests/pack/bundlers');
const OTHERS = join(CACHE, 'engines/node_modules');
const WANTED = ['rollup', 'esbuild', 'webpack', '@rspack'];
const NAMES = ['vite', 'rollup', 'esbuild', 'webpack', 'rspack'];
/** Not the user's own cache. */
const ENV = { CAWAIT_CACHE: join(ROOT, 'build/bundlers') };
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

export function needs() {
  if (!findBrowser('chromium')) return 'install chromium';
  return WANTED.every((name) => existsSync(join(OTHERS, name))) ? null : REMEDY;
}

/** The project, with the packed package and the bundlers in node_modules. @param {string} work */
async function project(work) {
  const app = join(work, 'Größe 日本'); // as folders are called
  cpSync(APP, app, { recursive: true });
  const modules = join(app, 'node_modules');
  mkdirSync(modules);
  for (const name of WANTED) symlinkSync(join(OTHERS, name), join(modules, name));
  for (const name of ['vite', '@yowasp']) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  const packed = await command('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', work], {
    cwd: ROOT,
  });
  const unpacked = await command('tar', [
    '-xzf',
    join(work, packed.output.trim().split('\n').at(-1) ?? ''),
    '-C',
    modules,
  ]);
  if (unpacked.status !== 0) throw new Error(packed.output + unpacked.output);
  cpSync(join(modules, 'package'), join(modules, 'cawait'), { recursive: true });
  rmSync(join(modules, 'package'), { recursive: true });
  return app;
}

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const work = mkdtempSync(join(tmpdir(), 'cawait-bundlers-'));
  const browser = await launch('chromium');
  try {
    const app = await project(work);
    for (const name of NAMES) await production(tally, app, name, browser);
    const types = readFileSync(join(app, 'src/app.c.d.ts'), 'utf8');
    const declared =
      /\/\*\* Says hello, after a moment\. \*\/\nexport function greet\(name: string, options\?: CallOptions\): Promise<string>;/;
    tally.check('the types are beside the C file', declared.test(types), types);
    const server = await command(process.execPath, ['ssr.mjs'], { cwd: app, env: ENV });
    tally.check(
      'Vite on a server',
      server.output === 'Hello, server! 1 1\nHello, build! 1\nHello, library! 1\n',
      server.output,
    );
    for (const name of ['webpack', 'rspack']) await served(tally, app, name);
    await refused(tally, app);
    for (const name of NAMES.slice(1)) await watched(tally, app, name, browser);
    await development(tally, app, browser);
  } finally {
    await browser.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {import('../tally.mjs').Tally} tally @param {string} app @param {string} name
 * @param {import('puppeteer-core').Browser} browser
 */
async function production(tally, app, name, browser) {
  const built = await command(process.execPath, ['build.mjs', name], { cwd: app, env: ENV });
  if (built.status !== 0) return tally.fail(`a build by ${name}`, built.output);
  const folder = join(app, 'dist', name);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.wasm'));
  const two = files.length === 2 && files.every((file) => /app[-.][\w-]{8,}\.wasm$/.test(file));
  tally.check(`${name} emits app.c and app.cpp, each once, with a hash in its name`, two, files.join());
  const { output, said } = await shown(folder, browser);
  const inWorker = name === 'vite' ? ' 6' : '';
  const expected = `Hello, C! 1; Hello, C! 2; 2 0 42${inWorker}`;
  tally.check(`a page built by ${name}`, output === expected, `${output}\n${said}`);
}

/** A bundler that builds for Node. @param {import('../tally.mjs').Tally} tally @param {string} app @param {string} name */
async function served(tally, app, name) {
  const built = await command(process.execPath, ['build.mjs', name, '--node'], { cwd: app, env: ENV });
  const { output } = await command(process.execPath, [join('dist', `${name}-node`, 'main.cjs')], { cwd: app });
  tally.check(`${name} for a server`, output === 'Hello, node! 1\n', `${built.output}${output}`);
}

/** Mistakes in a configuration, here of CommonJS, and a file that has nothing for JavaScript. @param {import('../tally.mjs').Tally} tally @param {string} app */
async function refused(tally, app) {
  writeFileSync(join(app, 'idle.c'), 'int idle(void) { return 1; }\n');
  const script = `const { default: cawait } = require('cawait/rollup');
    const { default: Webpack } = require('cawait/webpack');
    const { default: esbuild } = require('cawait/esbuild');
    const told = (use) => { try { use(); } catch (error) { console.log(error.message); } };
    told(() => cawait({ flag: ['-O3'] }));
    told(() => new Webpack({ flags: '-O3' }));
    told(() => esbuild({ checked: 'yes' }));
    told(() => cawait(null));
    told(() => new Webpack(['-O3']));
    const context = { addWatchFile() {}, error({ message }) { throw new Error(message); } };
    const load = (options) => cawait(options).load.call(context, require('path').resolve('idle.c'));
    load({}).catch(({ message }) => console.log(message)).then(() => load({ flags: ['-Zx'] })).catch(({ message }) => console.log(message));`;
  const { output } = await command(process.execPath, ['--input-type=commonjs', '-e', script], {
    cwd: app,
    env: { ...ENV, NODE_NO_WARNINGS: '1' },
  });
  const expected = `cawait's plugin has no option flag: did you mean flags?
cawait's plugin: flags is an array of strings
cawait's plugin: checked is a boolean
cawait's plugin: its options are an object
cawait's plugin: its options are an object
nothing of idle.c can be called: CAW_EXPORT or CAW_EXPORT_SYNC a function, or have a CAW_MAIN
unknown option -Zx
`;
  tally.check(
    'what is wrong with the options, or with a file that has nothing to call, is told',
    output === expected,
    output,
  );
}

/** What the page in a folder shows when it is done. @param {string} folder @param {import('puppeteer-core').Browser} browser */
async function shown(folder, browser) {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname.replace(/\/$/, '/index.html');
    const file = join(folder, path);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.setHeader('Content-Type', TYPES[/** @type {keyof typeof TYPES} */ (extname(file))] ?? 'text/plain');
    response.end(readFileSync(file));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(null)));
  const page = await browser.newPage();
  try {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    let said = '';
    page.on('pageerror', (error) => (said += `${error}`));
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.waitForFunction(() => document.title === 'done', { timeout: 60_000 }).catch((error) => (said += error));
    return { output: await page.evaluate(() => document.getElementById('output')?.textContent), said };
  } finally {
    await page.close();
    server.close();
  }
}

/**
 * A bundler that watches: an edit of a header, a mistake and its correction are each a build.
 * @param {import('../tally.mjs').Tally} tally @param {string} app @param {string} name
 * @param {import('puppeteer-core').Browser} browser
 */
async function watched(tally, app, name, browser) {
  const child = spawn(process.execPath, ['build.mjs', name, '--watch'], { cwd: app, env: { ...process.env, ...ENV } });
  try {
    let output = '';
    let seen = 0;
    const told = new EventTarget();
    const collect = (/** @type {Buffer} */ bytes) => void ((output += bytes), told.dispatchEvent(new Event('told')));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('close', () => collect(Buffer.from('refused: it ended\n'.repeat(4))));
    /** The next line of these. @param {RegExp} wanted */
    const next = async (wanted) => {
      for (;;) {
        const lines = output.split('\n').slice(0, -1);
        while (seen < lines.length) {
          const line = lines[seen++] ?? '';
          if (wanted.test(line)) return line;
        }
        await new Promise((resolve) => told.addEventListener('told', resolve, { once: true }));
      }
    };
    const edit = (/** @type {string} */ text) =>
      writeFileSync(join(app, 'src/greeting.h'), `#define GREETING ${text}\n`);
    const folder = join(app, 'dist', name);
    await next(/^(built|refused)/);
    const mistake = () => edit('oops');
    const gone = () => rmSync(join(app, 'src/greeting.h'));
    for (const [make, why, word] of /** @type {const} */ ([
      [mistake, "undeclared identifier 'oops'", 'Bonjour'],
      [gone, "'greeting.h' file not found", 'Ahoj'],
      [mistake, "undeclared identifier 'oops'", 'Salut'],
    ])) {
      make();
      const refused = await next(/^(built|refused)/);
      tally.check(`${name} tells what is wrong with a header: ${why}`, refused.includes(why), output);
      edit(`"${word}"`);
      await next(/^(built|refused)/);
      const page = await shown(folder, browser);
      tally.check(
        `${name} builds again: ${word}`,
        page.output === `${word}, C! 1; ${word}, C! 2; 2 0 42`,
        `${page.output}\n${page.said}\n${output}`,
      );
    }
  } finally {
    child.kill('SIGKILL');
    writeFileSync(join(app, 'src/greeting.h'), '#define GREETING "Hello"\n');
  }
}

/** @param {import('../tally.mjs').Tally} tally @param {string} app @param {import('puppeteer-core').Browser} browser */
async function development(tally, app, browser) {
  const vite = join(app, 'node_modules/vite/bin/vite.js');
  const server = spawn(process.execPath, [vite, '--host', '127.0.0.1', '--port', '0'], {
    cwd: app,
    env: { ...process.env, ...ENV },
  });
  try {
    let text = '';
    server.stderr.on('data', (bytes) => (text += bytes));
    const url = await new Promise((resolve, reject) => {
      server.stdout.on('data', (bytes) => {
        text += bytes;
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text.replace(/\x1b\[\d+m/g, ''));
        if (found) resolve(found[0]);
      });
      server.on('exit', () => reject(new Error(`vite: ${text}`)));
    });
    const page = await browser.newPage();
    await page.goto(url);
    const write = (/** @type {string} */ path, /** @type {string} */ text) => writeFileSync(join(app, path), text);
    const shows = async (/** @type {string} */ name, /** @type {string} */ expected) => {
      const found = await page
        .waitForFunction(
          (text) => document.getElementById('output')?.textContent?.startsWith(text),
          { timeout: 60_000 },
          expected,
        )
        .catch(() => null);
      tally.check(name, found !== null, `${await page.evaluate(() => document.body.textContent)}`);
    };
    await shows('Vite serves it', 'Hello, C! 1');
    tally.check('and has nothing to say of the loader', !/source ?map|warn/i.test(text), text);
    write('src/greeting.h', '#define GREETING "Bonjour"\n');
    await shows('an edit of a header is a new instance', 'Bonjour, C! 1');
    write('src/greeting.h', '#define GREETING oops\n');
    const overlay = await page
      .waitForFunction(
        () =>
          document.querySelector('vite-error-overlay')?.shadowRoot?.querySelector('pre')?.closest('div')?.textContent,
        { timeout: 60_000 },
      )
      .then((handle) => handle.jsonValue())
      .catch((error) => `${error}`);
    const told = /use of undeclared identifier 'oops'[^]*src\/app\.c:17:5\d[^]*snprintf\(text, sizeof text/.test(
      `${overlay}`,
    );
    tally.check("a mistake is in Vite's overlay, with its place and line", told, `${overlay}`);
    write('src/greeting.h', '#define GREETING "Salut"\n');
    await shows('the page goes on when it is mended', 'Salut, C! 1');
    /** @param {string} why */
    const refuses = async (why) => {
      const found = await page
        .waitForFunction(
          (text) => document.querySelector('vite-error-overlay')?.shadowRoot?.textContent?.includes(text),
          { timeout: 60_000 },
          why,
        )
        .catch(() => null);
      tally.check(`the overlay says ${why}`, found !== null, `${await page.evaluate(() => document.body.textContent)}`);
    };
    rmSync(join(app, 'src/greeting.h'));
    await refuses("'greeting.h' file not found");
    write('src/greeting.h', '#define GREETING "Moi"\n');
    await shows('and goes on when a header that was missing is there', 'Moi, C! 1');
    rmSync(join(app, 'lib/shout.c'));
    await refuses('lib/shout.c: no such file');
    write('lib/shout.c', '#include "shout.h"\n\nconst char *shout(void)\n{\n    return "?";\n}\n');
    await shows('another source that was missing is there, with an edit', 'Moi, C? 1');
    // A page that takes the new module itself: the instance before is disposed of.
    write(
      'src/main.js',
      `${readFileSync(join(app, 'src/main.js'), 'utf8')}
globalThis.instances ??= [];
globalThis.instances.push(app);
import.meta.hot?.accept();
`,
    );
    await page.waitForFunction(() => /** @type {any} */ (globalThis).instances?.length === 1, { timeout: 60_000 });
    write('src/greeting.h', '#define GREETING "Hej"\n');
    await shows('a page that accepts it goes on with the new instance', 'Hej, C? 1');
    const states = await page.evaluate(async () => {
      const calls = /** @type {any} */ (globalThis).instances.map((/** @type {any} */ { exports }) =>
        exports.greet('x').catch((/** @type {any} */ error) => error.name),
      );
      return (await Promise.all(calls)).join();
    });
    tally.check('and the one before is disposed of', states === 'Disposed,Hej, x? 3', states);
    await page.close();
  } finally {
    server.kill();
  }
}
