// One process, one row: node --expose-gc sample.mjs KEY SECONDS prints its numbers as JSON.
// A row has a process to itself, so that no other row has taught the engine what to expect.

import { readFileSync } from 'node:fs';
import { load } from '../../dist/js/node.js';
import { bare } from './bare.mjs';
import * as baseline from './baseline.mjs';
import * as primitives from './baseline-primitives.mjs';
import { clock, MEASURES } from './measure.mjs';
import { modulePath } from './modules.mjs';

const [key = '', seconds = '0.2'] = process.argv.slice(2);
const compiled = (/** @type {string} */ name) => WebAssembly.compile(readFileSync(modulePath(name)));
const apps = await Promise.all(['tasks', 'bridge', 'primitives'].map((name) => load(compiled(name), { clock })));
const contenders = {
  ours: Object.assign({}, ...apps.map((app) => app.exports)),
  js: { ...baseline, ...primitives },
  bare: await bare(await compiled('bare')),
  seconds: Number(seconds),
};
console.log(JSON.stringify(await MEASURES[key]?.(key, contenders)));
