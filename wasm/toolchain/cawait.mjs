#!/usr/bin/env node
// The package's command, `npx cawait`: builds a C program with the embedded compiler, or writes the types of a built module.
// It must not know how either is done (program.mjs, js/dts.ts).

import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';

const USAGE = `usage:
  cawait [--host js|wasi|sim] [-o out.wasm] [--checked] [--strip] [-DNAME=VALUE ...] a.c [b.c ...]
      builds a program: js = a module for load(), wasi = a command for wasmtime and node:wasi, sim = virtual time, for tests
      --checked: reports misuse with file and line; --strip: the smallest module (npm install --save-dev binaryen: a tenth smaller)
  cawait types app.wasm [-o app.d.ts]
      writes the types of the exported functions`;

/** @param {string[]} args */
async function types(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { out: { type: 'string', short: 'o' } },
  });
  const [file] = positionals;
  if (!file || positionals.length > 1) throw new Error(USAGE);
  const { declarations } = await import('../../dist/js/dts.js');
  const out = values.out ?? file.replace(/(\.wasm)?$/, '.d.ts');
  writeFileSync(out, await declarations(readFileSync(file), basename(file)));
  console.log(out);
}

/** @param {string[]} args */
async function build(args) {
  // Compiler flags such as -DNAME look like short options: they are taken out before the options are read.
  const flags = args.filter((arg) => /^-[DUIWfgO]/.test(arg));
  const { values, positionals } = parseArgs({
    args: args.filter((arg) => !flags.includes(arg)),
    allowPositionals: true,
    options: {
      host: { type: 'string', default: 'js' },
      out: { type: 'string', short: 'o', default: 'out.wasm' },
      checked: { type: 'boolean', default: false },
      strip: { type: 'boolean', default: false },
    },
  });
  const { host, out, checked, strip } = values;
  if (positionals.length === 0 || (host !== 'js' && host !== 'wasi' && host !== 'sim')) throw new Error(USAGE);
  const { program } = await import('./program.mjs').catch((error) => {
    if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error('cawait: the embedded compiler is not installed: npm install --save-dev @yowasp/clang');
  });
  // A stranger's warnings are the stranger's to read: only our own programs are built with -Werror.
  const bytes = await program({ host, sources: positionals, out, checked, strip, flags: ['-Wno-error', ...flags] });
  console.log(`${out}: ${bytes.length} bytes`);
}

const args = process.argv.slice(2);
(args[0] === 'types' ? types(args.slice(1)) : build(args)).catch((error) => {
  console.error(`${error.message ?? error}`);
  process.exitCode = 1;
});
