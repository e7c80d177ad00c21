// The types of a module, as js/tool/dts.ts writes them, with the comments of its C sources.
// It must not know what the types of C are in TypeScript.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../toolchain/sources.mjs';
import { BuildError } from './build.mjs';

/** A comment, of either kind, that ends where something begins. */
const COMMENT = String.raw`((?:\/\*(?:[^*]|\*(?!\/))*\*\/|(?:[ \t]*\/\/[^\n]*\n)+))[ \t]*\n?`;

/** The text of a comment, without its marks. @param {string} comment */
function textOf(comment) {
  const lines = comment
    .replace(/^\s*\/\*+[ \t]*\n?|\s*\*+\/\s*$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*(?:\/\/[/!]?|\*(?!\/)) ?/, '').trimEnd());
  return lines.join('\n').trim();
}

/**
 * What is said of each exported function: above its CAW_EXPORT, or else above its definition.
 * @param {string[]} sources  @returns {Map<string, string>}
 */
export function comments(sources) {
  const found = new Map();
  // The better place last: it takes the place of the other's.
  for (const macro of ['CAW_ASYNC', 'CAW_EXPORT(?:_SYNC)?'])
    for (const source of sources)
      for (const [, comment = '', name = ''] of source
        .replaceAll('\r\n', '\n')
        .matchAll(new RegExp(String.raw`${COMMENT}${macro}\s*\([^,()]+,\s*(\w+)`, 'g'))) {
        const text = textOf(comment);
        if (text) found.set(name, text);
      }
  for (const source of sources)
    for (const [, comment = '', name = ''] of source
      .replaceAll('\r\n', '\n')
      .matchAll(new RegExp(String.raw`${COMMENT}CAW_(?:STRUCT|FIELDS)\s*\((?:\s*\w+\s)*\s*(\w+)\s*,`, 'g'))) {
      const text = textOf(comment);
      if (text) found.set(`struct ${name}`, text);
    }
  return found;
}

/**
 * The types of a module for load(), and of a C file that is imported by itself.
 * @param {Uint8Array<ArrayBuffer>} bytes @param {string} title @param {string[]} [sources]  texts @param {string} [file]  the C file
 */
export async function typesOf(bytes, title, sources = [], file = title) {
  const { declarations, moduleDeclarations } = await import(pathToFileURL(join(ROOT, 'dist/js/tool/dts.js')).href);
  const said = comments(sources);
  try {
    return {
      types: await declarations(bytes, title, said),
      moduleTypes: await moduleDeclarations(bytes, file, said),
    };
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    const none = error instanceof WebAssembly.CompileError ? `${title} is no module of WebAssembly: ` : '';
    throw new BuildError(none + message.replace(/^cawait: /, ''));
  }
}
