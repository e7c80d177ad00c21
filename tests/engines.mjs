// Engines and bundlers that the legs run on besides this Node: .ci/engines/package.json names them, .ci/run installs them outside of the
// checkout, for they are large. One that is on the PATH will do as well.
// It must not know what is run.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { which } from './command.mjs';

/** Where .ci/run keeps what is too large for the checkout. */
export const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cawait');

const INSTALLED = join(CACHE, 'engines/node_modules');

/** Programs, by the path in their package. */
const BINARIES = {
  closure: 'google-closure-compiler-linux/compiler',
  bun: '@oven/bun-linux-x64-baseline/bin/bun',
  deno: '@deno/linux-x64-glibc/deno',
  workerd: '@cloudflare/workerd-linux-64/bin/workerd',
  node20: 'node20/bin/node',
  node22: 'node22/bin/node',
  node24: 'node24/bin/node',
  node26: 'node26/bin/node',
};

/** What makes components, for the toolchain; null: it is not there. */
export function componentTools() {
  if (!existsSync(join(INSTALLED, '@bytecodealliance/jco'))) return null;
  return (process.env['CAWAIT_JCO'] ??= INSTALLED);
}

/** How to get what is missing. */
export const REMEDY = `copy .ci/engines/package*.json to ${join(CACHE, 'engines')} and run npm ci --ignore-scripts there`;

/** The path of an engine, or null. @param {keyof typeof BINARIES} name */
export function engine(name) {
  const path = join(INSTALLED, BINARIES[name]);
  return existsSync(path) ? path : which(name);
}

/** A bundler, or null. @param {'esbuild' | 'rollup' | 'webpack'} name  @returns {any} */
export function bundler(name) {
  if (!existsSync(join(INSTALLED, name))) return null;
  return createRequire(join(INSTALLED, 'any.cjs'))(name);
}
