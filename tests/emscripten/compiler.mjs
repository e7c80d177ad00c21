// Emscripten's commands, on the PATH or in the tree that .ci/run makes, entered by chroot; and a folder that both sides see.
// It must not know what is compiled.

import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { findBrowser } from '../browser/launch.mjs';
import { command, which } from '../command.mjs';
import { CACHE } from '../engines.mjs';

const TREE = join(CACHE, 'sid');

const inTree = () => !which('emcc') && existsSync(join(TREE, 'usr/bin/emcc')) && process.getuid?.() === 0;

/** What a leg's needs() says. */
export const missing = () =>
  which('emcc') || inTree()
    ? findBrowser('chromium')
      ? null
      : 'install chromium'
    : 'install Emscripten 4 or newer; on Debian, .ci/run puts it into a tree of its own (as root)';

/** @typedef {ReturnType<typeof emscripten>} Compiler */

/** @param {string[]} paths  of the checkout, which the tree sees nothing of: they go into the folder as `cawait` */
export function emscripten(paths) {
  const chroot = inTree();
  const outside = mkdtempSync(join(chroot ? join(TREE, 'srv') : tmpdir(), 'cawait-emscripten-'));
  for (const path of paths) {
    mkdirSync(dirname(join(outside, 'cawait', path)), { recursive: true });
    cpSync(join(ROOT, path), join(outside, 'cawait', path), { recursive: true });
  }
  return {
    outside,
    /** What the compiler calls that folder. */
    inside: chroot ? outside.slice(TREE.length) : outside,
    /** @param {[string, ...string[]]} words */
    tool: (...[name, ...args]) => (chroot ? command('chroot', [TREE, name, ...args]) : command(name, args)),
    close: () => rmSync(outside, { recursive: true, force: true }),
  };
}
