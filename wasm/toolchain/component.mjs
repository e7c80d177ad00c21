// Makes a component of a core module of the hosts wasip3 and wasip2: by wit-component, which the npm package @bytecodealliance/jco carries.
// It must not know how the module was built.

import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cached } from './cache.mjs';
import { ROOT } from './sources.mjs';

/** How to get it. */
export const REMEDY = 'npm install --save-dev @bytecodealliance/jco';

const JCO = '@bytecodealliance/jco';
const WIT = join(import.meta.dirname, '../wasip3/wit');

/** Which packages of WASI 0.3 there are: those that need others after them. */
const WASI = ['wasi-cli', 'wasi-http', 'wasi-sockets', 'wasi-filesystem', 'wasi-random', 'wasi-clocks'];

/**
 * Where jco is, from the first of these folders that has it; null: it is not installed. CAWAIT_JCO is for who has it elsewhere.
 * @param {string[]} [folders]
 */
export function jco(folders = [process.env['CAWAIT_JCO'] ?? '', process.cwd(), ROOT]) {
  for (const folder of folders.filter(Boolean))
    try {
      const entry = createRequire(join(folder, 'any.cjs')).resolve(JCO);
      const root = dirname(dirname(entry));
      const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
      return { root, entry, version: String(version) };
    } catch {
      // Not from here.
    }
  return null;
}

/** A package as text that may stand in another's file. @param {string} text */
const nested = (text) => `${text.replace(/^package ([^;{]+);/m, 'package $1 {')}\n}\n`;

/** The text of a package: a file, or a folder of files, of which one says its name. @param {string} path */
function packageText(path) {
  if (!statSync(path).isDirectory()) return readFileSync(path, 'utf8');
  const names = readdirSync(path).filter((name) => name.endsWith('.wit'));
  const texts = names.sort().map((name) => readFileSync(join(path, name), 'utf8'));
  const [named = ''] = texts.join('\n').match(/^package [^;{]+;/m) ?? [];
  return `${named}\n${texts.map((text) => text.replace(/^package [^;{]+;/m, '')).join('\n')}`;
}

/**
 * One text of a package and all that it names: those in its folder deps, ours, WASI's.
 * @param {string} path @param {string} wasi  the folder of WASI's
 */
function whole(path, wasi) {
  const deps = statSync(path).isDirectory() ? join(path, 'deps') : '';
  const others = deps && existsSync(deps) ? readdirSync(deps).sort() : [];
  const texts = [packageText(path), ...others.map((name) => nested(packageText(join(deps, name))))];
  const has = (/** @type {string} */ name) => texts.some((text) => text.includes(`package ${name}@`));
  if (!has('cawait:host')) texts.push(nested(packageText(WIT)));
  for (const name of WASI)
    if (!has(name.replace('-', ':'))) texts.push(nested(packageText(join(wasi, name, 'package.wit'))));
  return texts.join('\n');
}

/** Which of our worlds a module is of, by what it exports. @param {Uint8Array} module */
async function worldOf(module) {
  const compiled = await WebAssembly.compile(new Uint8Array(module));
  const names = WebAssembly.Module.exports(compiled).map(({ name }) => name);
  const [runs, serves] = ['wasi:cli/run@', 'wasi:http/handler@'].map((what) =>
    names.some((name) => name.startsWith(`[async-lift]${what}`)),
  );
  return serves ? (runs ? 'service-and-command' : 'service') : 'command';
}

/** wit-component, in JavaScript. @param {string} root */
async function wasmTools(root) {
  const path = createRequire(join(root, 'any.cjs')).resolve('@bytecodealliance/jco-transpile/wasm-tools');
  return import(pathToFileURL(path).href);
}

/** @typedef {{ wit?: string, world?: string }} World  wit: a file or a folder, as WIT's tools have it; world: which, if there are several */

/**
 * The component; a mistake in the WIT, or a module that does not fit it, is an Error with wit-component's own words.
 * @param {Uint8Array} module @param {World | null} of  null: the module has its world in itself, as WASI 0.2's C library puts it there
 * @param {{ root: string, version: string }} tools  as jco() gives them
 */
export async function component(module, of, { root, version }) {
  if (!of) return cached(['component', version, module], async () => (await wasmTools(root)).componentNew(module, []));
  const { wit, world } = of;
  const wasi = join(root, 'lib/wit/builtin/0.3.0');
  const adapter = readFileSync(join(root, 'lib/wasi_snapshot_preview1.reactor.wasm'));
  /** @type {{ witSource: string, world?: string }[]} */
  const worlds = [{ witSource: whole(WIT, wasi), world: `cawait:host/${wit ? 'imports' : await worldOf(module)}` }];
  if (wit) worlds.push({ witSource: whole(wit, wasi), ...(world ? { world } : {}) });
  return cached(['component', version, JSON.stringify(worlds), module, adapter], async () => {
    const { componentEmbed, componentNew } = await wasmTools(root);
    let binary = module;
    for (const one of worlds) binary = await componentEmbed({ binary, ...one });
    return componentNew(binary, [['wasi_snapshot_preview1', adapter]]);
  });
}
