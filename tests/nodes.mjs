// Which Nodes the JavaScript legs run on: this one, and Node 26 if it is there.
// It must not know what is run.

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where .ci/run keeps what is too large for the checkout. */
export const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cawait');

const INSTALLED = join(CACHE, 'node26/node_modules/node/bin/node');

/** The path of Node 26, or null. */
export function node26() {
  const path = process.env['CAWAIT_NODE26'] ?? INSTALLED;
  if (existsSync(path)) return path;
  return Number(process.versions.node.split('.')[0]) >= 26 ? process.execPath : null;
}

/**
 * The Nodes to test on, by name: this one, or all.
 * @param {boolean} [all]  @returns {{ name: string, path: string }[]}
 */
export function nodes(all = true) {
  const newest = all ? node26() : null;
  const here = { name: `node ${process.version}`, path: process.execPath };
  return newest && newest !== process.execPath ? [here, { name: 'node 26', path: newest }] : [here];
}
