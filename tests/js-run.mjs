// Runs a module of the JavaScript host in this Node: node tests/js-run.mjs module.wasm. Its exit status is the program's.
// It must not know what the module is.

import { pathToFileURL } from 'node:url';
import { load } from '../dist/js/node.js';

const app = await load(pathToFileURL(process.argv[2] ?? ''), { args: process.argv.slice(2) });
process.exitCode = await app.done;
