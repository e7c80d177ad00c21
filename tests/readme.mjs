// The snippets of README, as whoever runs them gets them.
// It must not know how one is run.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../wasm/toolchain/sources.mjs';

/** @typedef {{ language: string, code: string }} Snippet */

export const README = readFileSync(join(ROOT, 'README.md'), 'utf8').replaceAll('\r\n', '\n');

/** In README's order. @returns {Snippet[]} */
export const snippets = () =>
  [...README.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, language = '', code = '']) => ({ language, code }));

/** The one that has these words; it must be there. @param {string} language @param {string} words */
export function snippet(language, words) {
  const found = snippets().find((each) => each.language === language && each.code.includes(words));
  if (!found) throw new Error(`README has no snippet of ${language} with: ${words}`);
  return found.code;
}
