// One process, one row: node sample.mjs FOLDER KEY SECONDS prints what each contender takes, as JSON.
// It must not know how they were built.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FEW, time } from '../measure.mjs';
import { CONTENDERS } from './contenders.mjs';

const [folder = '', key = '', seconds = '0.2'] = process.argv.slice(2);
const loaded = async (/** @type {string} */ name) => {
  const { default: factory } = await import(pathToFileURL(join(folder, `${name}.mjs`)).href);
  return factory();
};

/** Rows of which C repeats it; of the others JavaScript does. */
const REPEATED = new Set(['await_promise', 'await_spawned']);

/** A loop of its own for each, so that none is slower because the engine has seen the others. @param {Function} f */
const loop = (f) =>
  new Function('f', 'times', 'return async () => { for (let i = 0; i < times; i++) await f(i); }')(f, FEW);

if (key === 'hello') {
  for (const { name, greets } of CONTENDERS) {
    const text = await greets(await loaded(`hello-${name}`), 'world');
    if (text !== 'world') throw new Error(`hello of ${name} says ${text}`);
  }
} else {
  const settled = Promise.resolve(1);
  /** @type {Record<string, () => Promise<unknown>>} */
  const batches = {};
  for (const { name, calls } of CONTENDERS) {
    const f = calls(await loaded(name), settled)[key];
    if (!f) continue;
    const expected = REPEATED.has(key) ? FEW : FEW + 1;
    const first = await f(FEW);
    if (key !== 'await_spawned' && first !== expected) throw new Error(`${key} of ${name}: ${first}`);
    batches[name] = REPEATED.has(key) ? () => f(FEW) : loop(f);
  }
  console.log(JSON.stringify(await time(batches, FEW, Number(seconds))));
}
process.exit();
