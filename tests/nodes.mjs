// Which Nodes the JavaScript legs run on: this one and Node 26; and the others that the package is for.
// It must not know what is run.

import { engine } from './engines.mjs';

/** @typedef {{ name: string, path: string }} Node */

/** The path of Node 26, or null. */
export function node26() {
  const path = process.env['CAWAIT_NODE26'] ?? engine('node26');
  if (path) return path;
  return Number(process.versions.node.split('.')[0]) >= 26 ? process.execPath : null;
}

/**
 * The Nodes to test on, by name: this one, or all.
 * @param {boolean} [all]  @returns {Node[]}
 */
export function nodes(all = true) {
  const newest = all ? node26() : null;
  const here = { name: `node ${process.version}`, path: process.execPath };
  return newest && newest !== process.execPath ? [here, { name: 'node 26', path: newest }] : [here];
}

/** The oldest that package.json promises of 20 and 22, and the newest between these and 26: those that are there. @returns {Node[]} */
export const others = () =>
  /** @type {const} */ (['node20', 'node22', 'node24']).flatMap((name) => {
    const path = engine(name);
    return path ? [{ name, path }] : [];
  });
