// Starts a server of the differential test, reads its ports and what it says of each conversation, ends it.
// It must not know what is said to it.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { command, which } from '../command.mjs';
import { CACHE } from '../engines.mjs';

const SERVER = join(ROOT, 'tests/differential/server.py');
const TREE = join(CACHE, 'sid');
const OLDEST = 12; // before, Server.wait_closed did not wait

/**
 * @typedef {object} Server
 * @property {number[]} ports
 * @property {() => Promise<string>} next  the next line
 * @property {() => Promise<string>} end   what it says to the end; with its status, unless that is 0
 */

/** @param {string} name @param {string[]} args @param {() => void} [after]  @returns {Promise<Server>} */
export async function started(name, args, after = () => {}) {
  const child = spawn(name, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (bytes) => void (errors += bytes));
  child.stdin.on('error', () => {});
  const closed = new Promise((resolve) => child.on('close', resolve).on('error', (error) => resolve(error.message)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    return done ? `(it has ended: ${await closed} ${errors})` : String(value);
  };
  const first = await next();
  const ports = first.split(' ').slice(1).map(Number);
  if (!first.startsWith('ports ')) throw new Error(`${name} ${args.join(' ')}: ${first}`);
  const end = async () => {
    child.stdin.end();
    let said = '';
    for (let line = await lines.next(); !line.done; line = await lines.next()) said += `${line.value}\n`;
    const status = await closed;
    after();
    return `${said}${errors}${status === 0 ? '' : `status ${status}`}`;
  };
  return { ports, next, end };
}

/** The Python of the machine, or that of the tree which .ci/run makes; null: there is none that is new enough. */
export async function python() {
  const { output } = await command('python3', ['-c', 'import sys; print(sys.version_info[1])']);
  if (Number(output) >= OLDEST) return () => started(which('python3') ?? '', [SERVER]);
  if (process.getuid?.() !== 0 || !existsSync(join(TREE, 'usr/bin/python3'))) return null;
  return () => {
    const folder = mkdtempSync(join(TREE, 'srv/cawait-server-')); // the tree sees nothing of this checkout
    cpSync(SERVER, join(folder, basename(SERVER)));
    const inside = join(folder.slice(TREE.length), basename(SERVER));
    return started('chroot', [TREE, 'python3', inside], () => rmSync(folder, { recursive: true }));
  };
}
