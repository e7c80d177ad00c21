// A user's project in a folder of its own, and the command in it.
// It must not know what is tested.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { pathToFileURL } from 'node:url';

export const COMMAND = join(import.meta.dirname, '../../wasm/tool/cawait.mjs');

/** The tests' compiler, where there is one (compiler.mjs), for this process and for the command; else each starts its own. */
const BORROWED = pathToFileURL(join(import.meta.dirname, 'borrowed.mjs')).href;
const borrows = 'CAWAIT_TESTS_COMPILER' in process.env;
if (borrows) await import(BORROWED);

/** @typedef {{ status: number | null, out: string, err: string }} Ended */

/**
 * Writes files into a new folder, which goes after the tests of the file that asks.
 * @param {Record<string, string>} files  by path
 */
export function project(files) {
  const folder = mkdtempSync(join(tmpdir(), 'cawait-tool-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (/** @type {string} */ path, /** @type {string | Uint8Array} */ text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  return { folder, write, at: (/** @type {string} */ path) => join(folder, path) };
}

/**
 * Runs the command.
 * @param {string[]} args @param {{ cwd?: string, input?: string, env?: Record<string, string> }} [options]
 * @returns {Promise<Ended>}
 */
export function cawait(args, { cwd, input = '', env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...(borrows ? ['--import', BORROWED] : []), COMMAND, ...args], {
      cwd,
      env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, ...env },
    });
    const text = { out: '', err: '' };
    child.stdout.on('data', (bytes) => void (text.out += bytes));
    child.stderr.on('data', (bytes) => void (text.err += bytes));
    child.stdin.on('error', () => {}); // a program need not read what it is given
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, ...text }));
  });
}

/** A program that says a line after a while and ends with a status. @param {string} line @param {number} [status] */
export const saying = (line, status = 0) => `#include <cawait.h>
#include <stdio.h>

CAW_ASYNC(int, say)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0.001));
        printf("%s\\n", "${line}");
        CAW_RETURN(${status});
    } CAW_END;
}
CAW_MAIN(say);
`;
