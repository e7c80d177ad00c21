// Which Nodes the JavaScript legs run on: this one and Node 26; and the others that the package is for.
// It must not know what is run.

import { engine } from './engines.mjs';

/** @typedef {{ name: string, path: string }} Node */

const MAJOR = Number(process.versions.node.split('.')[0]);

/** The path of Node 26, or null. */
export function node26() {
  const path = process.env['CAWAIT_NODE26'] ?? engine('node26');
  if (path) return path;
  return MAJOR >= 26 ? process.execPath : null;
}

/**
 * The Nodes to test on, by name: this one; or all: the oldest of its kind that package.json promises, or else this one, and the newest.
 * @param {boolean} [all]  @returns {Node[]}
 */
export function nodes(all = true) {
  const here = { name: `node ${process.version}`, path: process.execPath };
  const newest = all ? node26() : null;
  const oldest = (all && promised().find(({ major }) => major === MAJOR)) || here;
  return newest && newest !== here.path ? [oldest, { name: 'node 26', path: newest }] : [oldest];
}

const PROMISED = /** @type {const} */ ([20, 22, 24]);

/** The oldest that package.json promises of 20 and 22, and the newest between these and 26: those that are there. */
const promised = () =>
  PROMISED.flatMap((major) => {
    const path = engine(`node${major}`);
    return path ? [{ name: `node${major}`, path, major }] : [];
  });

/** Those of them that nodes() has not. @returns {Node[]} */
export const others = () => promised().filter(({ major }) => major !== MAJOR);

/** Whether one of these is not there. */
export const lacksOthers = () => others().length < PROMISED.filter((major) => major !== MAJOR).length;
