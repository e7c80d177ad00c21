// A worker in workerd: runs everything there is, and says what came of it, a line of JSON for each program, file or check.
// Modules are not compiled there, but given: wasm.js has them, by kind and name.

import { load } from '../../dist/js/index.js';
import { libcImports } from '../../dist/js/libc/libc.js';
import { Machine } from '../../dist/js/base/machine.js';
import { load as loadStatic } from '../../dist/js/static.js';
import * as late from '../../dist/js/run/late.js';
import { provide } from '../js/maker.mjs';
// @ts-ignore: made by tests/legs/workerd.mjs
import { bridge, files, lessonFiles, lessons, place, suite } from '../../wasm.js';
import { check } from './check.js';
import { run } from './node/test.js';

/** @param {string} kind @param {string} name @param {unknown} result */
const say = (kind, name, result) => console.log(JSON.stringify([kind, name, result]));

/** A lesson, as tests/js-run.mjs has it. @param {WebAssembly.Module} module */
async function lesson(module) {
  let output = '';
  const print = (/** @type {string} */ line) => void (output += `${line}\n`);
  try {
    const app = await load(module, { files: lessonFiles, print, printErr: print });
    const status = await app.done;
    app[Symbol.dispose]();
    return { status, output };
  } catch (error) {
    return { status: null, output: output + error };
  }
}

/** A program of the simulated host, as tests/conformance/run.mjs has it. @param {WebAssembly.Module} module */
function command(module) {
  let output = '';
  const print = (/** @type {string} */ line) => void (output += `${line}\n`);
  const machine = new Machine(() => {}, late);
  const imports = { wasi_snapshot_preview1: libcImports(machine, { print, printErr: print }, module) };
  const { exports } = new WebAssembly.Instance(module, /** @type {any} */ (imports));
  machine.x = /** @type {any} */ (exports);
  try {
    /** @type {any} */ (exports)._start();
    machine.flush();
    return { status: 0, output };
  } catch (error) {
    machine.flush();
    const { type, errno = 0 } = /** @type {any} */ (error);
    return { status: type === 'SystemExit' ? errno : null, output: type === 'SystemExit' ? output : output + error };
  }
}

export default {
  /** What fetch() gets. */
  fetch: () => new Response('found'),

  async test() {
    const url = 'http://here/found.txt';
    say('check', 'cawait', await check(load, place, { url }).catch((error) => [String(error)]));
    say('check', 'cawait/static', await check(loadStatic, place, { url }).catch((error) => [String(error)]));
    for (const [name, module] of Object.entries(lessons)) say('lesson', name, await lesson(module));
    for (const [name, module] of Object.entries(suite)) say('suite', name, command(module));
    provide((name) => bridge[name]);
    for (const [path, get] of Object.entries(files)) say('file', path, await run(get));
  },
};
