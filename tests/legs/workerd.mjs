// The workerd leg: in a worker, the check of places by both entries, the gallery, the conformance suite, and those of the bridge's tests
// that need no Node. Everything is given to the worker with its configuration: it reads no files and compiles nothing.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { program } from '../../wasm/toolchain/program.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, each } from '../command.mjs';
import { engine, REMEDY } from '../engines.mjs';
import { files as lessonFiles } from '../gallery/files.mjs';
import { judgeResults, moduleTexts, portable, programs } from '../portable.mjs';
import { build, conformance, expectedOn, gallery, judge } from '../programs.mjs';

const FOLDER = join(ROOT, 'build/workerd');

/** What cannot pass there. @type {Record<string, string>} */
const KNOWN = {
  'a store that there was before the package is noticed': 'a module is not imported twice, by two addresses',
  'text is decoded as fetch does: marks, characters in two pieces, what is no UTF-8':
    'its own Response.text() keeps a byte order mark that comes in two pieces, ours does not',
  'memory that runs out is a MemoryError; what was pending goes on, and so does the instance':
    'it compiles no module, and this one is made smaller by the test',
  ...Object.fromEntries(
    [
      'arguments, results and errors, instances',
      'instances share nothing, and are kept',
      'two at once',
      'a job at work is no deadlock',
      'a sleep ends with its cancellation',
      'what does not hear of it is killed',
      'a trap is the end of its worker alone',
      'the end of the instance is theirs',
      'every call settles, whatever becomes of its job',
      'cancelled as tasks are, instances',
      'one that does not end is ended with its worker',
      'what it leaves in its instance ends with it',
      'what its loop has to report, onReport hears, instances',
      'a pipeline, instances',
      'no item is lost, instances',
      'each of thousands of jobs has its outcome, instances',
      'a channel is closed when its only sender is gone, whatever way',
      'what a job has printed is there when it has ended, with an end of line or without',
      'what the program is given for the lines of jobs may throw, or take bytes as it likes',
      'three in a row, whatever the room, and however large the items',
      'who puts ends, whatever way, and what it has put arrives',
      'who takes ends, whatever way, and who puts is told',
      'others come to take part: nothing is lost, nothing is there twice',
      'a program is disposed of in the middle',
    ].map((name) => [name, 'it has no workers: jobs are inline']),
  ),
};

export const needs = () => (engine('workerd') ? null : `workerd: ${REMEDY}`);

/** @param {string} path @param {string | Uint8Array} content */
function put(path, content) {
  mkdirSync(dirname(join(FOLDER, path)), { recursive: true });
  writeFileSync(join(FOLDER, path), content);
}

/** @param {import('../tally.mjs').Tally} tally */
export async function run(tally) {
  const paths = portable(['node:async_hooks']);
  rmSync(FOLDER, { recursive: true, force: true });
  /** Modules that the worker is given: their name there, and their file. @type {[string, string][]} */
  const modules = [];
  /** @type {string[]} lines of wasm.js */
  const imports = [];
  /** @param {string} path @returns {string} the name of its import */
  const wasm = (path) => {
    const name = `m${imports.length}`;
    modules.push([`${name}.wasm`, path]);
    imports.push(`import ${name} from './${name}.wasm';`);
    return name;
  };
  /** @param {string} name @param {[string, string][]} entries */
  const object = (name, entries) =>
    `export const ${name} = {${entries.map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(', ')}};`;

  /** @type {Map<string, import('../programs.mjs').Test>} */
  const tests = new Map();
  /** @param {import('../programs.mjs').Test[]} all @param {'js' | 'sim'} host @param {import('../programs.mjs').Build} options */
  const built = async (all, host, options) => {
    /** @type {[string, string][]} */
    const entries = [];
    await each(all, async (test) => {
      const made = await build(tally, test, host, options);
      if (!made) return;
      tests.set(test.name, { ...made.test, expected: expectedOn(made.test, 'workerd') });
      entries.push([test.name, wasm(relative(FOLDER, made.module))]);
    });
    return entries;
  };
  const lessons = object('lessons', await built(gallery(), 'js', { page: true }));
  const suite = object('suite', await built(conformance(), 'sim', { checked: false }));
  const own = new Map([
    ...(await programs(paths)),
    ['place', await program({ host: 'js', sources: [join(ROOT, 'tests/places/place.c')] })],
  ]);
  const bridge = [...own].map(([name, bytes], n) => {
    put(`own/${n}.wasm`, bytes);
    return /** @type {[string, string]} */ ([name, wasm(`own/${n}.wasm`)]);
  });
  const files = paths.map((path) => /** @type {[string, string]} */ ([path, `() => import('./${path}')`]));
  const read = `export const lessonFiles = ${JSON.stringify(lessonFiles)};`;
  const parts = [
    lessons,
    read,
    suite,
    object('bridge', bridge),
    object('files', files),
    'export const { place } = bridge;',
  ];
  put('wasm.js', [...imports, ...parts].join('\n'));

  const scripts = ['tests/places/workerd.js', 'wasm.js'];
  for (const [path, text] of moduleTexts(['tests/places/workerd.js', ...paths])) {
    put(path, text);
    if (!scripts.includes(path)) scripts.push(path);
  }
  const embedded = [
    ...scripts.map((path) => `(name = "${path}", esModule = embed "${path}")`),
    ...modules.map(([name, path]) => `(name = "${name}", wasm = embed "${path}")`),
  ];
  put(
    'config.capnp',
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "places", worker = .places)]);
const places :Workerd.Worker = (
  modules = [
    ${embedded.join(',\n    ')}
  ],
  compatibilityDate = "2026-11-01",
  globalOutbound = "places",
);
`,
  );
  const { output } = await command(engine('workerd') ?? '', ['test', join(FOLDER, 'config.capnp')], { cwd: FOLDER });
  const said = output.split('\n').flatMap((line) => (line.startsWith('["') ? [JSON.parse(line)] : []));
  tally.check('every one has run', said.length === 2 + tests.size + files.length, output.slice(0, 4000));
  for (const [kind, name, result] of said) {
    const test = tests.get(name);
    if (test) judge(tally, test, result);
    else if (kind === 'file') judgeResults(tally, 'workerd', name, result, KNOWN);
    else tally.check(`${name} in workerd`, result.length === 0, result.join('\n'));
  }
}
