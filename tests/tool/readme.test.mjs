// What README says to type: every snippet of it is run, or is on the list with the reason why it is not; so are the commands in its
// sentences. A snippet that is not on the list is a failure.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { README, snippet, snippets } from '../readme.mjs';
import { cawait, project, saying } from './project.mjs';

/** Ends with Ctrl-C (dev.test.mjs), and needs Emscripten (its leg). */
const ELSEWHERE = /^npx cawait dev |--cc emcc/;

/** A project as README has it, with the package installed, and what is given. @param {Record<string, string>} [files] */
function readers(files = {}) {
  const { folder, at, write } = project({
    'app.c': `#include <util.h>\n${saying('README')}`,
    'include/util.h': 'int util(int n);\n',
    'src/util.c': 'int util(int n) { return n; }\n',
    'util.test.c': '#include <stdio.h>\nint main(void) { puts("ok util"); return 0; }\n',
    ...files,
  });
  mkdirSync(at('node_modules'));
  symlinkSync(ROOT, at('node_modules/cawait'), 'junction');
  return { folder, at, write };
}

/** Runs a script in a folder, and gives what it printed. @param {string} folder @param {string} script */
function node(folder, script) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-'], {
    cwd: folder,
    input: script,
    encoding: 'utf8',
  });
  assert.deepEqual([status, stderr], [0, '']);
  return stdout;
}

/** The network of these scripts: every address has five letters; /app.wasm is the file. */
const FETCH = `import { readFileSync } from 'node:fs';
globalThis.fetch = async (address) =>
  String(address).endsWith('/app.wasm')
    ? new Response(readFileSync('app.wasm'), { headers: { 'content-type': 'application/wasm' } })
    : new Response('hello');
`;

/** Builds a program of README's to app.wasm. @param {string} code */
async function built(code) {
  const reader = readers({ 'app.c': code });
  const { status, err } = await cawait(['build', 'app.c', '-o', 'app.wasm', '--types'], { cwd: reader.folder });
  assert.deepEqual([status, err], [0, '']);
  return reader;
}
const first = () => built(snippet('c', 'CAW_ASYNC(double, page_size'));

/** The jobs of README, exported. */
const averages = () =>
  built(
    `#include <cawait/export.h>\n${snippet('c', 'CAW_JOB(double, mean')}CAW_EXPORT(double, both, caw_doubles *, a, caw_doubles *, b);\n`,
  );
const AVERAGES = `import { load } from 'cawait';
  async function averages(options) {
    const app = await load(readFileSync('app.wasm'), options);
    return app.exports.both(new Float64Array([1, 3]), new Float64Array([5]));
  }
`;

/** import.meta.url of what is read from standard input is none. @param {string} folder @param {string} code */
const placed = (folder, code) => code.replaceAll('import.meta.url', `'${pathToFileURL(join(folder, 'main.js')).href}'`);

/** What a line's comment says that it gives. @param {string} code */
const said = (code) => /\/\/ (.*)$/m.exec(code)?.[1];

/**
 * Each snippet by its language and words of it, in README's order, and what is done with it; or why nothing.
 * @type {[string, string, string | ((code: string) => Promise<void> | void)][]}
 */
const LIST = [
  ['c', 'CAW_ASYNC(double, page_size', 'the next one calls it'],
  [
    'js',
    "page_size('https://example.org/', { signal: AbortSignal.timeout(500) });\n",
    async (code) => {
      const { folder } = await first();
      const last = /await app\.exports\.page_size\(.*\);\n$/;
      const script = placed(
        folder,
        code.replace(last, (call) => `console.log(${call.trim().slice(0, -1)});\n`),
      );
      assert.equal(node(folder, FETCH + script), '5\n');
    },
  ],
  [
    'sh',
    'npm ci && npm start',
    "the repository's own: `npm start` is what the crawler's tests start; `npm test` runs this",
  ],
  [
    'sh',
    'npm install cawait @yowasp/clang',
    async (block) => {
      const lines = [...block.matchAll(/^npx cawait .*$/gm)].map(([line]) => line.replace(/ +#.*$/, ''));
      assert.equal(lines.length, block.trim().split('\n').length - 1, 'all but npm install, which is the pack leg');
      const { folder, at } = readers();
      for (const line of lines) {
        if (ELSEWHERE.test(line)) continue;
        const args = line.split(' ').slice(2);
        // The first shows the search for headers; the others need not repeat it.
        if (args[0] === 'run') args.splice(1, 0, '-Iinclude');
        const { status, err } = await cawait(args, { cwd: folder });
        assert.deepEqual([line, status, err], [line, 0, '']);
      }
      assert.ok(existsSync(at('app.wasm')) && existsSync(at('my-app/package.json')));
    },
  ],
  ['sh', 'D=$(node -p', 'it needs a clang and a C library of the machine: the pack leg runs it'],
  [
    'js',
    "import { build } from 'cawait/build';",
    (code) => {
      const { folder, at } = readers();
      const more = 'console.log(module.length > 0, diagnostics.length, dependencies.length, types)';
      assert.match(node(folder, code + more), /^true 0 2 .*\n[^]*export interface Exports \{/);
      assert.ok(existsSync(at('app.wasm')));
    },
  ],
  ['js', 'import app, { page_size } from', 'the next one bundles it'],
  [
    'js',
    "import cawait from 'cawait/vite';",
    (code) => {
      const [vite = '', webpack = ''] = code.split('\n\n');
      const main = snippet('js', 'import app, { page_size } from');
      const { folder, at, write } = readers({
        'app.c': snippet('c', 'CAW_ASYNC(double, page_size'),
        'main.js': `${main}globalThis.given = [typeof app.stats, typeof page_size];\n`,
        'index.html': '<script type="module" src="./main.js"></script>\n',
        'vite.config.js': vite,
        'webpack.config.mjs': webpack,
        'package.json': '{ "private": true, "type": "module" }',
      });
      const bin = join(ROOT, 'node_modules/vite/bin/vite.js');
      execFileSync(process.execPath, [bin, 'build', '--logLevel', 'warn'], { cwd: folder, encoding: 'utf8' });
      assert.equal(readdirSync(at('dist/assets')).filter((name) => /^app-.*\.wasm$/.test(name)).length, 1);
      assert.match(
        node(folder, "import { readFileSync } from 'fs';\nconsole.log(readFileSync('app.c.d.ts', 'utf8'))"),
        /page_size\(/,
      );
      // webpack itself is built with in the bundlers leg.
      write('see.mjs', "import config from './webpack.config.mjs';\nconsole.log(typeof config.plugins[0].apply);\n");
      assert.equal(execFileSync(process.execPath, ['see.mjs'], { cwd: folder, encoding: 'utf8' }), 'function\n');
    },
  ],
  ['cmake', 'find_package(cawait CONFIG REQUIRED)', 'it needs CMake: the pack leg configures and builds with it'],
  ['sh', 'emcc app.c -O2 --use-port', 'it needs Emscripten: the emscripten leg runs it'],
  [
    'cmake',
    'set_target_properties(app PROPERTIES SUFFIX .wasm)',
    'it needs Emscripten: its leg builds with the same line',
  ],
  [
    'js',
    'const app = await load(url, {',
    async (code) => {
      const { folder } = await first();
      const before = `import { load, mockedClock } from 'cawait';
        const url = readFileSync('app.wasm');
        const { signal } = new AbortController();
        const onReport = console.error;
        const clock = mockedClock();
      `;
      assert.equal(node(folder, `${FETCH}${before}${code}console.log(app.stats().calls);`), '0\n');
    },
  ],
  ['c', 'CAW_STRUCT(range', 'the next one calls it'],
  [
    'js',
    'app.exports.range_of(',
    async (code) => {
      const { folder } = await built(snippet('c', 'CAW_STRUCT(range'));
      const before = "import { load } from 'cawait';\nconst app = await load(readFileSync('app.wasm'));\n";
      const call = code.replace(/;.*\n/, '');
      assert.equal(node(folder, `${FETCH}${before}console.log(${call});`), `${said(code)}\n`);
    },
  ],
  ['c', 'CAW_HTTP_HANDLER(handle)', 'the next two serve it'],
  [
    'js',
    'Deno.serve(app.fetch);',
    async (code) => {
      const { folder } = await built(snippet('c', 'CAW_HTTP_HANDLER(handle)'));
      const before = `import { load } from 'cawait';
        const handlers = [];
        globalThis.Deno = { serve: (handler) => handlers.push(handler) };
        globalThis.addEventListener = (type, listener) =>
          handlers.push((request) => new Promise((respondWith) => listener({ request, respondWith })));
      `;
      const after = `for (const handler of handlers) {
          const response = await handler(new Request('http://localhost/?name=you'));
          console.log(await response.text(), response.headers.get('x-from'));
        }
      `;
      assert.equal(node(folder, `${before}${placed(folder, code)}${after}`), 'you C\nyou C\n');
    },
  ],
  [
    'js',
    "import { listener } from 'cawait/node-http';",
    async (code) => {
      const { folder } = await built(snippet('c', 'CAW_HTTP_HANDLER(handle)'));
      const app = "import { load } from 'cawait';\nconst app = await load(readFileSync('app.wasm'));\n";
      const script = `${code.replace('createServer(', 'const server = createServer(').replace('8080', '0')}
        await new Promise((listening) => server.on('listening', listening));
        const response = await globalThis.real(\`http://127.0.0.1:\${server.address().port}/?name=you\`);
        console.log(await response.text());
        server.close();
        server.closeAllConnections();
      `;
      assert.equal(node(folder, `globalThis.real = globalThis.fetch;\n${FETCH}${app}${script}`), 'you\n');
    },
  ],
  ['sh', 'wasmtime serve', 'jco and wasmtime are there for the wasip3 leg, which serves this one: tests/component'],
  [
    'c',
    'CAW_JOB(double, mean',
    async () =>
      assert.equal(node((await averages()).folder, `${FETCH}${AVERAGES}console.log(await averages({}));`), '7\n'),
  ],
  [
    'c',
    'static CAW_ASYNC(void, squares',
    async (code) => {
      const { folder } = await built(`#include <cawait.h>
#include <cawait/export.h>
${code}
static CAW_ASYNC(void, count, caw_channel *numbers, int to)
{
    CAW_BEGIN(void) {
        for (int n = 1; n <= to; n++) CAW_AWAIT(caw_channel_put(numbers, caw_double(n)));
        caw_channel_close(numbers);
    } CAW_END;
}

static CAW_ASYNC(double, sum_of_squares, int to)
{
    CAW_BEGIN(double) {
        caw_executor *e = caw_executor_new(.workers = 1);
        caw_channel  *numbers = caw_channel_new(2), *results = caw_channel_new(2);
        CAW_DEFER(caw_unref, e);
        CAW_DEFER(caw_unref, numbers);
        CAW_DEFER(caw_unref, results);
        double   sum = 0;
        caw_auto squaring = caw_run_in_executor(e, squares, numbers, results);
        caw_auto counting = caw_spawn(count(numbers, to));
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(results)) {
            sum += n.as_double;
        } CAW_END_FOR;
        CAW_AWAIT(counting);
        CAW_AWAIT(squaring);
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, sum_of_squares, int, to);
`);
      const script = `import { load } from 'cawait';
        const app = await load(readFileSync('app.wasm'));
        console.log(await app.exports.sum_of_squares(10));
      `;
      assert.equal(node(folder, FETCH + script), '385\n');
    },
  ],
  [
    'js',
    "import { serveJobs } from 'cawait/worker';",
    async (code) => {
      const { folder } = await averages();
      writeFileSync(join(folder, 'worker.mjs'), code);
      const own = `import { Worker } from 'node:worker_threads';
        let made = 0;
        const worker = () => (made++, new Worker('./worker.mjs', { execArgv: [] }));
        console.log(await averages({ worker }), made > 0);
      `;
      assert.equal(node(folder, `${FETCH}${AVERAGES}${own}`), '7 true\n');
    },
  ],
  [
    'js',
    "import { load } from 'cawait/static';",
    async (code) => {
      const { folder } = await first();
      assert.equal(node(folder, `${FETCH}${code}console.log(typeof app.exports.page_size);`), 'function\n');
    },
  ],
  [
    'js',
    "import { load, tickedClock } from 'cawait/static';",
    async (code) => {
      const { folder } = await first();
      const before = `globalThis.currentTime = 0;
        globalThis.AudioWorkletProcessor = class {};
        let Player;
        globalThis.registerProcessor = (name, made) => (Player = made);
      `;
      const after = `const module = await WebAssembly.compile(readFileSync('app.wasm'));
        const player = new Player({ processorOptions: { module } });
        console.log(player.process(), typeof (await player.app).exports.page_size);
      `;
      assert.equal(node(folder, `${FETCH}${before}${code}${after}`), 'true function\n');
    },
  ],
  [
    'cpp',
    'caw::task<std::string> greeting',
    async (code) => {
      const { folder } = readers({ 'app.cpp': code });
      const built = await cawait(['app.cpp', '-Wextra', '-Werror', '-o', 'app.wasm'], { cwd: folder });
      assert.deepEqual([built.status, built.err], [0, '']);
      const script = `import { load } from 'cawait';
        import { readFileSync } from 'node:fs';
        const app = await load(readFileSync('app.wasm'));
        console.log(await app.exports.greet('you'));
      `;
      assert.equal(node(folder, script), 'Hello, you and Hello, nobody\n');
    },
  ],
];

test('the list has every snippet', () => {
  const there = snippets();
  const said = there.map(({ language, code }, n) => {
    const [listed, words = ''] = LIST[n] ?? [];
    return language === listed && code.includes(words) ? `${language}: ${words}` : `${language}: ${code}`;
  });
  assert.deepEqual(
    said,
    LIST.map(([language, words]) => `${language}: ${words}`),
  );
});

for (const [language, words, how] of LIST)
  if (typeof how !== 'string') test(`${language}: ${words.trim()}`, () => how(snippet(language, words)));

test('the commands and options in its sentences', async () => {
  const named = [...README.matchAll(/`npx cawait ([a-z]+)((?: --[a-z-]+)*)/g)];
  assert.ok(named.length >= 4);
  for (const [, command = '', options = ''] of named) {
    const { status, out } = await cawait([command, '--help']);
    assert.equal(status, 0, command);
    for (const option of options.split(' ').filter(Boolean))
      assert.ok(option === '--help' || out.includes(option), `${command} ${option}`);
  }
});
