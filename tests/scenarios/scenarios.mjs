// `npm run scenarios -- --host sim|node|wasi|wasmtime FILE.jsonl`: runs the programs of a file, one a line, on the interpreter in
// C; prints a JSON array of trace lines for each and nothing else.
//   --real-time   the clock is the host's own (node, wasi, wasmtime); a program's `unit` is how many seconds its second lasts
//   --checked     with the checked build of the library
// A program that breaks its process has the line [] and the reason on standard error; the status is then 1.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { HOST_NAMES, run } from './hosts.mjs';

const USAGE = `usage: npm run scenarios -- --host ${HOST_NAMES.join('|')} [--real-time] [--checked] FILE.jsonl`;

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      host: { type: 'string', default: 'sim' },
      'real-time': { type: 'boolean', default: false },
      checked: { type: 'boolean', default: false },
    },
  });
  const host = HOST_NAMES.find((name) => name === values.host);
  const [file] = positionals;
  if (!host || file === undefined || positionals.length > 1) throw new Error(USAGE);
  const lines = readFileSync(file, 'utf8').split('\n');
  const programs = lines.filter((line) => line.trim() !== '');
  const wrong = programs.find((text) => !isProgram(text));
  if (wrong !== undefined)
    throw new Error(`${file}:${lines.indexOf(wrong) + 1}: no program in JSON: ${wrong.slice(0, 60)}`);
  const { outcomes, complaints } = await run(host, programs, {
    realTime: values['real-time'],
    checked: values.checked,
  });
  for (const [n, outcome] of outcomes.entries()) {
    if ('died' in outcome) complaints.push(`${programs[n]}\n${outcome.died}`);
    console.log(JSON.stringify('trace' in outcome ? outcome.trace : []));
  }
  for (const complaint of complaints) console.error(complaint);
  if (complaints.length > 0) process.exitCode = 1;
}

/** @param {string} text */
function isProgram(text) {
  try {
    return Array.isArray(JSON.parse(text).bodies?.[0]);
  } catch {
    return false;
  }
}

main().catch((error) => {
  console.error(error?.message ?? error);
  process.exitCode = 2;
});
