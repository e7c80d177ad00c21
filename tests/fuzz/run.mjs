// `npm run fuzz -- --minutes 120`: builds the fuzzers and runs each for so long; the status is 1 when one has found something, whose
// bytes it prints as they would be kept in tests/fuzz/kept.
//   --harness api|streams   only that one
//   FILE.hex                only this program, with a trace of what it does

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { given } from '../../wasm/toolchain/options.mjs';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command } from '../command.mjs';
import { HARNESSES, build, bytesOf, fuzz, needs } from './fuzz.mjs';

const USAGE = `usage: npm run fuzz -- [--minutes N] [--harness ${HARNESSES.join('|')}] [FILE.hex]`;

/** @param {string} harness @param {string} file */
async function show(harness, file) {
  const input = join(ROOT, 'build/fuzz/shown.bin');
  writeFileSync(input, bytesOf(readFileSync(file, 'utf8')));
  const path = join(ROOT, `build/fuzz/tests/fuzz/fuzz-${harness}`);
  const { status, output } = await command(path, [input], { env: { FUZZ_LOG: '1' } });
  process.stdout.write(output);
  if (status !== 0) process.exitCode = 1;
}

async function main() {
  const { values, positionals } = given(
    { allowPositionals: true, options: { minutes: { type: 'string', default: '2' }, harness: { type: 'string' } } },
    USAGE,
  );
  const minutes = Number(values.minutes);
  const [file] = positionals;
  const chosen = values.harness === undefined ? HARNESSES : HARNESSES.filter((name) => name === values.harness);
  if (!(minutes > 0) || chosen.length === 0 || positionals.length > 1) throw new Error(USAGE);
  const wrong = needs() ?? (await build());
  if (wrong) throw new Error(wrong);
  if (file !== undefined) {
    const named = HARNESSES.find((name) => file.split('/').at(-1)?.startsWith(`${name}-`));
    return show(values.harness ?? named ?? 'api', file);
  }
  for (const harness of chosen) {
    const found = await fuzz(harness, minutes * 60);
    console.log(`${harness}: ${found ? `a finding\n${found.report}\n${found.hex}` : `nothing in ${minutes} minutes`}`);
    if (found) process.exitCode = 1;
  }
}

main().catch((error) => {
  console.error(error?.message ?? error);
  process.exitCode = 2;
});
