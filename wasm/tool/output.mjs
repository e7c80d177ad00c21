// Standard input, output and error of this process, at once, for programs that run in it and for those that inherit them: Node's own
// streams make a pipe one that does not block, and it is so for everybody who has it, then.
// It must not know who reads or writes.

import { readSync, writeSync } from 'node:fs';

/** Who reads has gone (| head -1): that ends a program, as SIGPIPE does. */
export const GONE = 141;

/** The pipe is full, or empty, for now. */
export function pause() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}

/** Until it can be done: somebody else has made it one that does not block. @param {() => number} move  bytes */
function waiting(move) {
  for (;;)
    try {
      return move();
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EAGAIN') throw error;
      pause();
    }
}

/** Waits for standard input; 0: its end. @param {Uint8Array} bytes */
export function input(bytes) {
  try {
    return waiting(() => readSync(0, bytes));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EOF') return 0; // Windows
    throw error;
  }
}

/** What cannot be written ends the process. @param {string | undefined} code @returns {never} */
export function unwritten(code) {
  if (code === 'EPIPE') process.exit(GONE);
  try {
    writeSync(2, `cawait: standard output cannot be written: ${code}\n`);
  } catch {
    // nor can that be
  }
  process.exit(1);
}

/** Writes as much as can be. @param {1 | 2} to */
export const output = (to) => (/** @type {Uint8Array} */ bytes) => {
  try {
    return waiting(() => writeSync(to, bytes));
  } catch (error) {
    return unwritten(/** @type {NodeJS.ErrnoException} */ (error).code);
  }
};

/** Writes all. @param {1 | 2} to @param {string} text */
export function write(to, text) {
  for (let bytes = Buffer.from(text); bytes.length > 0;) bytes = bytes.subarray(output(to)(bytes));
}
