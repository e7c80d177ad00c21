// One process, one row: node --expose-gc sample.mjs KEY SECONDS prints its numbers as JSON.
// A row has a process to itself, so that no other row has taught the engine what to expect.

import { readFileSync } from 'node:fs';
import { load } from '../../dist/js/node.js';
import { bare } from './bare.mjs';
import * as js from './baseline.mjs';
import { MEASURES } from './measure.mjs';
import { modulePath } from './modules.mjs';

const [key = '', seconds = '0.2'] = process.argv.slice(2);
const compiled = (/** @type {string} */ name) => WebAssembly.compile(readFileSync(modulePath(name)));
const [tasks, bridge] = await Promise.all(['tasks', 'bridge'].map((name) => load(compiled(name))));
const contenders = {
  ours: { ...tasks?.exports, ...bridge?.exports },
  js,
  bare: await bare(await compiled('bare')),
  seconds: Number(seconds),
};
console.log(JSON.stringify(await MEASURES[key]?.(key, contenders)));
