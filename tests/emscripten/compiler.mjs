// Emscripten's commands, on the PATH or in the tree that .ci/run makes, entered by chroot; and a folder that both sides see.
// It must not know what is compiled.

import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../../wasm/toolchain/sources.mjs';
import { findBrowser } from '../browser/launch.mjs';
import { command, which } from '../command.mjs';
import { CACHE, engine, REMEDY } from '../engines.mjs';

const TREE = join(CACHE, 'sid');

const inTree = () => !which('emcc') && existsSync(join(TREE, 'usr/bin/emcc')) && process.getuid?.() === 0;

/** What a leg's needs() says. */
export function missing() {
  if (!which('emcc') && !inTree())
    return 'install Emscripten 4 or newer; on Debian, .ci/run puts it into a tree of its own (as root)';
  if (!findBrowser('chromium')) return 'install chromium';
  return engine('closure') ? null : `the Closure compiler: ${REMEDY}`;
}

/** @typedef {ReturnType<typeof emscripten>} Compiler */

/** @param {string[]} paths  of the checkout, which the tree sees nothing of: they go into the folder as `cawait` */
export function emscripten(paths) {
  const chroot = inTree();
  const outside = mkdtempSync(join(chroot ? join(TREE, 'srv') : tmpdir(), 'cawait-emscripten-'));
  for (const path of paths) {
    mkdirSync(dirname(join(outside, 'cawait', path)), { recursive: true });
    cpSync(join(ROOT, path), join(outside, 'cawait', path), { recursive: true });
  }
  copyFileSync(engine('closure') ?? '', join(outside, 'closure'));
  /** What the compiler calls that folder. */
  const inside = chroot ? outside.slice(TREE.length) : outside;
  return {
    outside,
    inside,
    /** Where --closure 1 has it from. */
    environment: `EM_CLOSURE_COMPILER=${inside}/closure`,
    /** @param {[string, ...string[]]} words */
    tool: (...[name, ...args]) => (chroot ? command('chroot', [TREE, name, ...args]) : command(name, args)),
    close: () => rmSync(outside, { recursive: true, force: true }),
  };
}
