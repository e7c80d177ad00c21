// What a person sees while the command works: a line of progress where there is a terminal, colours where they are wanted.
// It must not know what is worked on.

import { isatty } from 'node:tty';
import { plain } from './diagnostics.mjs';
import { write } from './output.mjs';

export class Terminal {
  #live = isatty(2) && !process.env['CI'] && process.env['TERM'] !== 'dumb';
  #colours =
    process.env['NO_COLOR'] || process.env['FORCE_COLOR'] === '0'
      ? false
      : isatty(2) || Boolean(process.env['FORCE_COLOR']);
  #shown = false;
  /** Nothing but errors. */
  quiet = false;

  /** What is done now, in place of what was before. */
  progress = (/** @type {string} */ what) => {
    if (!this.#live || this.quiet) return;
    const width = process.stderr.columns || 80;
    process.stderr.write(`\r\x1b[2K${what.slice(0, width - 2)}…`);
    this.#shown = true;
  };

  clear() {
    if (this.#shown) process.stderr.write('\r\x1b[2K');
    this.#shown = false;
  }

  /** What a compiler said, in colours if they are wanted. @param {string} text */
  said(text) {
    this.clear();
    if (text) write(2, this.#colours ? text : plain(text));
  }

  /** A result, for stdout. @param {string} line */
  result(line) {
    this.clear();
    if (!this.quiet) process.stdout.write(`${line}\n`);
  }
}
