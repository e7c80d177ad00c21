// Builds dist/, the package as it is published: headers, response file, libraries, JavaScript, demos. Needs npm alone.
// It must not know how a file is compiled (clang.mjs), a library made (library.mjs) or a program linked (program.mjs).

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { GROUPS, joined } from './archives.mjs';
import { CompileError } from './clang.mjs';
import { library } from './library.mjs';
import { program } from './program.mjs';
import { rsp } from './rsp.mjs';
import { INCLUDES, PACKED, ROOT, contents, sources } from './sources.mjs';

const DIST = join(ROOT, 'dist');

/** Programs of the demos, by their path in dist/demos; npm sends none. @type {Record<string, import('./program.mjs').Program>} */
const DEMOS = {
  'crawler.wasm': crawler('js', 'pages_fetch.c', 'crawl_js.c'),
  'crawler-wasi.wasm': crawler('wasi', 'pages_files.c'),
  'mandelbrot.wasm': { host: 'js', sources: [join(ROOT, 'web/mandelbrot/mandelbrot.c')], strip: true },
  'service.wasm': { host: 'js', sources: [join(ROOT, 'web/service/service.c')], strip: true },
};

/** @param {'js' | 'wasi'} host @param {string[]} own  where its pages come from, and who starts it @returns {import('./program.mjs').Program} */
function crawler(host, ...own) {
  const names = ['crawler.c', 'links.c', 'urls.c', ...own];
  return { host, sources: names.map((name) => join(ROOT, 'web/crawler', name)), strip: true };
}

/** Writes only what changed, so that a rebuild leaves the times of the rest alone. @param {string} path @param {string | Uint8Array} content */
function put(path, content) {
  const file = join(DIST, path);
  const bytes = Buffer.from(content);
  if (existsSync(file) && readFileSync(file).equals(bytes)) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

/** Every file under a folder, relative to it. @param {string} folder @returns {string[]} */
function walk(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => file.slice(folder.length + 1).replaceAll('\\', '/'));
}

/** Removes what else is in a folder of dist. @param {string} folder @param {ReadonlySet<string>} present */
function only(folder, present) {
  for (const path of walk(join(DIST, folder))) if (!present.has(path)) rmSync(join(DIST, folder, path));
}

function headers() {
  /** @type {Set<string>} */
  const present = new Set();
  for (const folder of INCLUDES)
    for (const path of walk(join(ROOT, folder))) {
      put(`include/${path}`, published(path, readFileSync(join(ROOT, folder, path), 'utf8')));
      present.add(path);
    }
  only('include', present); // a header that was renamed away must not be found by tomorrow's build
  put('cawait.rsp', rsp());
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const template = (/** @type {string} */ name) => readFileSync(join(import.meta.dirname, name), 'utf8');
  put('cmake/cawait-config.cmake', template('cawait-npm-config.cmake'));
  put(
    'cmake/cawait-config-version.cmake',
    template('cawait-npm-config-version.cmake.in').replaceAll('@PROJECT_VERSION@', version),
  );
}

/** C without its comments and its indentation, in the lines that it had. @param {string} text */
export const bare = (text) =>
  text
    .replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\*[^]*?\*\/|\/\/.*|  +/g, (part) =>
      /^["']/.test(part) ? part : part.replace(/[^\n]+/g, '') || ' ',
    )
    .replace(/^ +| +$/gm, '');

/**
 * A header as npm sends it: without the comments behind its "Private", which are for who works on it; those of C++ have theirs in the
 * repository only; and without the columns in which a macro's lines begin and end, of which npm would send 4 KB.
 * @param {string} path @param {string} given
 */
function published(path, given) {
  const text = given.replace(/ +\\\n */g, ' \\\n ');
  const at = /\.hpp$|\/(c_only|cplusplus)\.h$/.test(path) ? 0 : text.search(/^\/\* -+ Private/m);
  return at < 0 ? text : text.slice(0, at) + bare(text.slice(at));
}

/** What of the toolchain is for the checkout alone. */
const OURS = /^wasm\/toolchain\/((build|options|program)\.mjs$|cawait-npm-)/;

/**
 * The command, and the texts of the library's sources for who builds it himself, both without comments: those are for who reads them in the
 * repository, and were an eighth of what npm sends. What else belongs to the command (templates, lists of words, WIT) stays as it is.
 */
function own() {
  const isTemplate = (/** @type {string} */ path) => path.startsWith('wasm/tool/templates/');
  const paths = ['src', 'wasm'].flatMap((folder) => walk(join(ROOT, folder)).map((path) => `${folder}/${path}`));
  const mine = paths.filter((path) => !/^\w+\/include\//.test(path) && !OURS.test(path));
  const plain = mine.filter((path) => isTemplate(path) || /\.(txt|in|wit)$/.test(path));
  for (const path of plain) put(path, readFileSync(join(ROOT, path)));
  const scripts = mine.filter((path) => path.endsWith('.mjs') && !isTemplate(path));
  only('src', new Set());
  only('wasm', new Set([...plain, ...scripts].map((path) => path.slice('wasm/'.length))));
  whenChanged(
    'wasm',
    scripts.map((path) => path.slice('wasm/'.length)),
    () => {
      const all = scripts.map((path) => join(ROOT, path));
      const where = ['--rootDir', join(ROOT, 'wasm'), '--outDir', join(DIST, 'wasm')];
      tsc('--allowJs', '--noCheck', '--removeComments', '--target', 'esnext', '--module', 'nodenext', ...all, ...where);
      for (const path of scripts) put(path, flush(readFileSync(join(DIST, path), 'utf8')));
    },
  );
  const sources = mine.filter((path) => /\.[ch]$/.test(path) && !isTemplate(path)).sort();
  const texts = sources.flatMap((path) => [path, bare(readFileSync(join(ROOT, path), 'utf8'))]);
  for (const path of mine.filter((path) => /^wasm\/emscripten\/.*\.(py|js)$/.test(path)))
    texts.push(path, readFileSync(join(ROOT, path), 'utf8').replace(/^ *(?:\/\/|# ).*\n/gm, ''));
  return Buffer.from(texts.join('\0'));
}

/** A script without its indentation, but for that of texts of several lines: an odd backtick begins or ends one. @param {string} text */
const flush = (text) => {
  let inside = false;
  const lines = text.split('\n').map((line) => {
    const kept = inside ? line : line.trimStart();
    if (line.replaceAll('\\`', '').split('`').length % 2 === 0) inside = !inside;
    return kept;
  });
  return inside ? text : lines.join('\n');
};

/** What is of a build's, in no page, and what stands in no stack between functions of the program and C. */
const APART = /^(tool|net|base\/(?!machine)|libc\/(?!libc))/;

/**
 * A script of the loader with a source map of itself, line for line, that says to a debugger that its frames are to be passed over: the
 * program's are others.
 * @param {string} path @param {string} text
 */
function passedOver(path, text) {
  if (APART.test(path.replaceAll('\\', '/'))) return text;
  const mappings = `AAAA${';AACA'.repeat(text.split('\n').length - 2)}`;
  const map = JSON.stringify({ version: 3, ignoreList: [0], mappings, sources: [basename(path)] });
  // As base64: Vite takes no other. (Plain, npm would send 800 bytes less.)
  return `${text}//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}\n`;
}

/** @param {string | Uint8Array} bytes */
const small = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_LGWIN]: 22 } });

/** @param {string[]} args */
function tsc(...args) {
  const path = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [path, ...args], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`tsc refused ${args.join(' ')}`);
}

/**
 * Does what makes scripts, unless nothing has changed since.
 * @param {string} folder @param {string[]} files  that they are made of @param {() => void} make
 */
function whenChanged(folder, files, make) {
  const hash = createHash('sha256');
  for (const name of files.sort()) hash.update(`\0${name}\0`).update(readFileSync(join(ROOT, folder, name)));
  const stamp = join(ROOT, `build/${folder}.stamp`);
  const digest = hash.digest('hex');
  const made = files.filter((name) => /\.m?[jt]s$/.test(name)).map((name) => name.replace(/\.ts$/, '.js'));
  const complete = made.every((name) => existsSync(join(DIST, folder, name)));
  if (complete && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
}

/** @param {Buffer} texts  of the sources */
async function libraries(texts) {
  const archives = [false, true].flatMap((checked) => GROUPS.map((group) => library(group, checked)));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(texts.length);
  const all = Buffer.concat([size, texts, joined(await Promise.all(archives))]);
  // It takes seconds, so not if nothing has changed.
  if (!contents().equals(all)) put(relative(DIST, PACKED), small(all));
}

async function demos() {
  await Promise.all(Object.entries(DEMOS).map(async ([name, demo]) => put(`demos/${name}`, await program(demo))));
}

function javascript() {
  const files = walk(join(ROOT, 'js')).filter((name) => /\.(ts|json)$/.test(name));
  whenChanged('js', files, () => {
    rmSync(join(DIST, 'js'), { recursive: true, force: true });
    // Comments are for who reads the source, or the types: in the scripts they are an eighth of what npm sends.
    for (const pass of [['--emitDeclarationOnly'], ['--declaration', 'false', '--removeComments']])
      tsc('-p', join(ROOT, 'js'), ...pass);
    // Before 5.7 TypeScript has no Uint8Array<ArrayBuffer>, and no BufferSource without the DOM; these mean the same to all.
    for (const path of walk(join(DIST, 'js'))) {
      const text = readFileSync(join(DIST, 'js', path), 'utf8');
      const isTypes = path.endsWith('.d.ts');
      put(
        `js/${path}`,
        isTypes
          ? text.replaceAll('Uint8Array<ArrayBuffer>', '(Uint8Array & { readonly buffer: ArrayBuffer })')
          : passedOver(path, flush(text)),
      );
    }
  });
}

/** Everything; a second time without changes it takes well under a second. */
export async function build() {
  headers();
  const texts = own();
  javascript();
  await libraries(texts);
  await demos();
}

if (process.argv[1] === import.meta.filename)
  build().catch((error) => {
    console.error(error instanceof CompileError ? error.message : error);
    process.exitCode = 1;
  });
