// Runs programs on the interpreter's module of the JavaScript host: node tests/scenarios/node-run.mjs module.wasm < programs.
// It must not know what a program is.

import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { load } from '../../dist/js/node.js';

const programs = (await text(process.stdin)).split('\n').filter((line) => line !== '');
const app = await load(pathToFileURL(process.argv[2] ?? ''));
for (const program of programs) console.log(await app.exports['run_scenario']?.(program));
