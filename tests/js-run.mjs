// Runs a module of the JavaScript host in this Node: node tests/js-run.mjs module.wasm. Its exit status is the program's; Ctrl-C
// cancels it, as Python does its programs, and a second one kills it. It finds the files of the lessons.
// It must not know what the module is.

import { pathToFileURL } from 'node:url';
import { load } from '../dist/js/node.js';
import { files } from './gallery/files.mjs';

const keyboard = new AbortController();
process.once('SIGINT', () => keyboard.abort());
const { signal } = keyboard;
try {
  const app = await load(pathToFileURL(process.argv[2] ?? ''), { args: process.argv.slice(2), files, signal });
  process.exitCode = await app.done;
  app[Symbol.dispose](); // timers that are left are not waited for
} catch (error) {
  if (error !== signal.reason) throw error;
  process.exitCode = 130;
}
