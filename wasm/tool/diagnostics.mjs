// What a compiler says, as data: file, line, column, severity, message.
// It must not know which compiler said it, or what is done about it.

import { actual } from './paths.mjs';

/** @typedef {{ file: string, line: number, column: number, severity: 'error' | 'warning' | 'note', message: string, text: string }} Diagnostic
 *     file: absolute, or '' for the linker's; text: all that the compiler says of it, with the lines of the source */

const HEAD =
  /^(?:(.+?):(\d+):(?:(\d+):)? (fatal error|error|warning|note): |(?:wasm-ld|clang[\w.-]*|cawait): (error|warning): )(.*)$/;

/** Without colours. @param {string} text */
export const plain = (text) => text.replace(/\x1b\[[\d;]*[mK]/g, '');

/**
 * @param {string} text  as the compiler wrote it, with colours or without @param {string} cwd
 * @returns {Diagnostic[]}
 */
export function diagnosticsOf(text, cwd) {
  /** @type {Diagnostic[]} */
  const found = [];
  let before = ''; // "In file included from" belongs to what comes
  for (const line of plain(text).split('\n')) {
    const [, file, row, column, severity, bare, message] = HEAD.exec(line) ?? [];
    const last = found.at(-1);
    if (message !== undefined) {
      const kind = /** @type {Diagnostic['severity']} */ ((severity ?? bare ?? 'error').replace('fatal ', ''));
      found.push({
        file: file === undefined ? '' : actual(cwd, file),
        line: Number(row ?? 0),
        column: Number(column ?? 0),
        severity: kind,
        message,
        text: `${before}${line}\n`,
      });
      before = '';
    } else if (/^In file included from|^ +from /.test(line)) before += `${line}\n`;
    else if (last && !/^\d+ (warning|error)s?( and \d+ errors?)? generated\.$/.test(line) && line !== '')
      last.text += `${line}\n`;
  }
  return found;
}
