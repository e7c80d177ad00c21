// Reads the options of this checkout's commands; what a command does not know is answered with its usage.
// It must not know which commands there are.

import { parseArgs } from 'node:util';

/**
 * parseArgs for a command of ours: what it does not know ends it with the usage and status 2.
 * @template {import('node:util').ParseArgsConfig} C
 * @param {C} config @param {string} usage  @returns {ReturnType<typeof parseArgs<C>>}
 */
export function given(config, usage) {
  try {
    return parseArgs(config);
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message}\n${usage}`);
    process.exit(2);
  }
}
